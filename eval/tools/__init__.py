"""Scripts that make data files which the program ships."""
