"""Measuring how sources are read: pages of our own making with what should be found, and damaged files by thousands."""
