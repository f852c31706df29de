"""Scripts that measure one part; run from a checkout with the measuring data."""
