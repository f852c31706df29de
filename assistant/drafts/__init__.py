"""A draft checked against the archive: statements that can be checked, evidence for each, a verdict for each."""
