"""Answers and sessions as files to keep and pass on: a page, Markdown, JSON, CSL-JSON, BibTeX."""
