"""The checks of one statement against the sentences it cites; `checks.verify` joins them to a verdict."""
