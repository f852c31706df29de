"""Files of an archive (text, Markdown, web pages, JSON) to `Article` records."""

from assistant.corpus.readers.dates import parse_day
from assistant.corpus.readers.fields import GUESS, FieldMap, resolve_fields
from assistant.corpus.readers.files import check_paths, find_files
from assistant.corpus.readers.found import Notice
from assistant.corpus.readers.read import read_file

__all__ = ["GUESS", "FieldMap", "Notice", "check_paths", "find_files", "parse_day", "read_file", "resolve_fields"]
