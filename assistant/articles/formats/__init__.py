"""One module for each file format: bytes in, what was found of each article out."""
