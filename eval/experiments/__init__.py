"""Scripts that measure one part and that fit what the program ships; run from a checkout with the measuring data."""
