"""Sources of every kind (files, archives of files, feeds, crawls, standard input) to `Article` records."""

from assistant.corpus.readers.dates import parse_day
from assistant.corpus.readers.fields import GUESS, FieldMap, resolve_fields
from assistant.corpus.readers.files import check_paths, find_files
from assistant.corpus.readers.found import Item, Notice
from assistant.corpus.readers.given import Given, read_stream
from assistant.corpus.readers.read import holds_one_article, read_document, read_file, read_single_file, weight

__all__ = [
    "GUESS",
    "FieldMap",
    "Given",
    "Item",
    "Notice",
    "check_paths",
    "find_files",
    "holds_one_article",
    "parse_day",
    "read_document",
    "read_file",
    "read_single_file",
    "read_stream",
    "resolve_fields",
    "weight",
]
