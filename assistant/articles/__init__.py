"""From files, archives of files, feeds, crawls and standard input to `Article` records."""

from assistant.articles.build import Item, Notice
from assistant.articles.fields import GUESS, FieldMap, resolve_fields
from assistant.articles.publication_date import parse_day
from assistant.articles.read import (
    Given,
    Preview,
    check_paths,
    find_files,
    holds_one_article,
    memory_needed,
    preview,
    read_document,
    read_file,
    read_single_file,
    read_stream,
)

__all__ = [
    "GUESS",
    "FieldMap",
    "Given",
    "Item",
    "Notice",
    "Preview",
    "check_paths",
    "find_files",
    "holds_one_article",
    "memory_needed",
    "parse_day",
    "preview",
    "read_document",
    "read_file",
    "read_single_file",
    "read_stream",
    "resolve_fields",
]
