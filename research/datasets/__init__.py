"""Readers for sets that others made, one module each, for measuring single parts of the program."""
