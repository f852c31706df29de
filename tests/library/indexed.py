"""Passages as the indexes take them in, and indexes that stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.library.disk import IndexFolder
from assistant.library.embedders.base import FloatVector
from assistant.library.index import FilterFields, IndexedPassage, Projection
from assistant.library.lexical import TantivyIndex
from assistant.library.vectors import ChromaIndex

FIELDS = FilterFields(published=20250304, outlet="Orrin Wire", authors=())


def with_texts(keys: Sequence[int], texts: Sequence[str]) -> list[IndexedPassage]:
    return [
        IndexedPassage(passage_id=key, text=text, vector=None, fields=FIELDS)
        for key, text in zip(keys, texts, strict=True)
    ]


def with_vectors(
    keys: Sequence[int], vectors: Sequence[FloatVector], fields: FilterFields = FIELDS
) -> list[IndexedPassage]:
    return [
        IndexedPassage(passage_id=key, text="", vector=vector, fields=fields)
        for key, vector in zip(keys, vectors, strict=True)
    ]


def lexical_index(folder: Path) -> TantivyIndex:
    """An open index of terms in a folder."""
    index = TantivyIndex(IndexFolder(folder, ("lock",)))
    index.open()
    return index


def vector_index(folder: Path, projection: Projection) -> ChromaIndex:
    """An open index of vectors in a folder."""
    index = ChromaIndex(IndexFolder(folder, ("lock",)), projection)
    index.open()
    return index
