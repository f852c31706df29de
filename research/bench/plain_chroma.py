"""The alternative that the program is measured beside: Chroma alone, with texts as documents, over the same vectors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from assistant.library.catalog import SEARCHABLE, chunks
from assistant.library.embedders.base import FloatVector
from assistant.library.packing import unpack_passage
from assistant.library.sqlite_catalog import SqliteCatalog

BATCH = 2048  # passages added at once, as many as the program writes between two commits


class Batch(NamedTuple):
    """Passages ready to be added."""

    ids: list[str]
    vectors: list[FloatVector]
    texts: list[str]
    labels: list[dict[str, str]]


def open_collection(folder: Path) -> Any:
    """A collection on disk, cosine as the program has it, everything else as Chroma has it by default."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def fill(collection: Any, library: Path) -> tuple[int, float]:
    """Add all passages of a library; returns their number and the seconds spent in `add` alone."""
    count, seconds = 0, 0.0
    for batch in _batches(library):
        began = time.perf_counter()
        collection.add(ids=batch.ids, embeddings=batch.vectors, documents=batch.texts, metadatas=batch.labels)
        seconds += time.perf_counter() - began
        count += len(batch.ids)
    return count, seconds


def _batches(library: Path) -> Iterator[Batch]:
    batch = Batch([], [], [], [])
    for key, vector, text, label in _passages(library):
        batch.ids.append(key)
        batch.vectors.append(vector)
        batch.texts.append(text)
        batch.labels.append(label)
        if len(batch.ids) == BATCH:
            yield batch
            batch = Batch([], [], [], [])
    if batch.ids:
        yield batch


def _passages(library: Path) -> Iterator[tuple[str, FloatVector, str, dict[str, str]]]:
    """Key, vector, text and label of every searchable passage."""
    catalog = SqliteCatalog(library / "library.db")
    embedder = catalog.fact("embedder") or ""
    for rows in chunks(catalog.version_ids(SEARCHABLE)):
        passages = catalog.passages_of(rows)
        texts = catalog.texts(rows)
        cached = catalog.cached(embedder, [p.text_hash for p in passages])
        for stored in passages:
            text = texts[stored.version_id].text[stored.passage.start : stored.passage.end]
            label = {"source": stored.info.source, "title": stored.info.title, "outlet": stored.info.outlet}
            yield str(stored.passage_id), unpack_passage(cached[stored.text_hash]), text, label
    catalog.close()
