"""The checks of one statement against the sentences it cites; `answering.check` joins them to a verdict."""
