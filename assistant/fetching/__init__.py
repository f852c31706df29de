"""Pages and feeds from the web: the only part of the program that fetches anything, and the guard around it."""
