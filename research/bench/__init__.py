"""Benchmarks of single parts: each prints figures beside those of an independent tool."""
