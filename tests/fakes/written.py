"""A library of articles that a test has written as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assistant.articles import FieldMap
from assistant.library.ingest import ingest
from assistant.library.library import Library
from tests.fakes.embedder import BagOfWordsEmbedder


@contextmanager
def written_library(folder: Path, files: Mapping[str, str]) -> Iterator[Library]:
    """Write each text (header, blank line, article) into `folder` under its name, and open a library of them."""
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    opened = Library(folder / "library", BagOfWordsEmbedder(), create=True)
    try:
        ingest(opened, sorted(folder.glob("*.txt")), FieldMap())
        opened.ready()
        yield opened
    finally:
        opened.close()
