"""Measures how good the answers are: `records` documents the records and files, `cli` holds `assistant eval`."""
