"""What the program knows of English: words, numbers, names, dates, speech, sentences. Pure functions over text."""
