"""Saved conversations: one file each, written as they happen, complete without the library that they were held on."""
