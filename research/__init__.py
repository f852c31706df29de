"""The laboratory: what measures the program and fits what it ships. Run from a checkout; no part of the package."""
