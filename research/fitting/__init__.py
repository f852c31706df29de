"""Scripts that make the data files which the program ships: one `make` target each."""
