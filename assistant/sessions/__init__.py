"""Saved conversations: one file each, written as they happen, readable without their library."""
