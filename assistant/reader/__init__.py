"""The learned model: does this sentence answer the question, do these sentences support the statement."""
