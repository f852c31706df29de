"""Scripts that rewrite parts of the documents and draw their pictures."""
