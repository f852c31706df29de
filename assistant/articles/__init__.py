"""Sources of every kind (files, archives of files, feeds, crawls, standard input) to `Article` records."""

from assistant.articles.build import Item, Notice
from assistant.articles.fields import GUESS, FieldMap, resolve_fields
from assistant.articles.given import Given, read_stream
from assistant.articles.publication_date import parse_day
from assistant.articles.read import holds_one_article, read_document, read_file, read_single_file, weight
from assistant.articles.walk import check_paths, find_files

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
