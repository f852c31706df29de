"""A large library for `scale`, made by varying the articles of a real one; see there for how."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from assistant.articles.corrections import gravest_notice
from assistant.library.catalog import SEARCHABLE, Catalog, NewVersion, chunks, hash_passage
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.library import Library
from assistant.library.packing import CachedVectors, Matrix, pack_passages, unpack_passage
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.records import Article, Passage, Sentence
from assistant.settings import load

_SWAPPED, _NEW = 1 / 9, 1 / 200  # of the words of a variant
_DAYS = 365  # variants are moved back by up to so many
_MOVE = 0.3  # part of the difference of two vectors that is added: the cosine to the original is about .93
_WORD = re.compile(r"[^\W\d_]{3,}")
_BATCH = 500  # articles written at once


# --------------------------------------------------------------------------------------------------------------------
# Making the library


@dataclass(frozen=True, slots=True)
class Original:
    """An article of the base library with all that its variants keep."""

    article: Article
    pieces: list[str]  # words at the odd places, what stands between them at the even ones
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    first: int  # row of its first passage in the matrix of all vectors
    sentence_vectors: tuple[bytes | None, ...]  # of each passage, packed


def originals(catalog: Catalog, embedder: str) -> tuple[list[Original], Matrix]:
    """The articles of a library, and the vectors of their passages, [passages, dimension], unit rows."""
    found: list[Original] = []
    vectors: list[Any] = []
    for rows in chunks(catalog.version_ids(SEARCHABLE)):
        stored = catalog.passages_of(rows)
        texts = catalog.texts(rows)
        cached = catalog.cached(embedder, [s.text_hash for s in stored])
        for row in rows:
            own = [s for s in stored if s.version_id == row]
            if not own:
                continue
            text, info = texts[row], own[0].info
            article = Article(
                source=info.source,
                text=text.text,
                title=info.title,
                outlet=info.outlet,
                published=info.published,
                authors=info.authors,
                url=info.url,
            )
            found.append(
                Original(
                    article,
                    _pieces(text.text),
                    text.sentences(0, len(text.ends) // 4 - 1),
                    tuple(s.passage for s in own),
                    len(vectors),
                    tuple(cached[s.text_hash][1] for s in own),
                )
            )
            vectors += [unpack_passage(cached[s.text_hash]) for s in own]
    return found, np.stack(vectors)


def _pieces(text: str) -> list[str]:
    pieces, at = [], 0
    for match in _WORD.finditer(text):
        pieces += [text[at : match.start()], match[0]]
        at = match.end()
    return [*pieces, text[at:]]


class Variants:
    """Makes variants of articles; the same seed makes the same ones."""

    def __init__(self, base: Sequence[Original], vectors: Matrix, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._vectors = vectors
        self._words: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for original in base:
            for word in original.pieces[1::2]:
                self._words[_shape(word)].append(word)

    def of(self, original: Original, name: str) -> tuple[NewVersion, dict[bytes, CachedVectors]]:
        """A variant of an article, and the vectors of its passages by the hash of their texts."""
        text = self._text(original)
        back = timedelta(days=int(self._rng.integers(1, _DAYS)))
        known = original.article
        published = known.published - back if known.published else None
        article = replace(known, source=f"{known.source}#{name}", text=text, published=published)
        moved = self._moved(original)
        packed = {
            hash_passage(text[p.start : p.end]): (vector.tobytes(), sentences)
            for p, vector, sentences in zip(original.passages, moved, original.sentence_vectors, strict=True)
        }
        sentences, passages = original.sentences, original.passages
        return NewVersion(article=article, sentences=sentences, passages=passages, notice=gravest_notice(text)), packed

    def _text(self, original: Original) -> str:
        pieces = list(original.pieces)
        draw = self._rng.random(len(pieces) // 2)
        for i in np.flatnonzero(draw < _SWAPPED + _NEW).tolist():
            at = 2 * i + 1
            pieces[at] = self._other(pieces[at]) if draw[i] < _SWAPPED else self._new(pieces[at])
        return "".join(pieces)

    def _other(self, word: str) -> str:
        words = self._words[_shape(word)]
        return words[int(self._rng.integers(len(words)))]

    def _new(self, word: str) -> str:
        letters = "".join(chr(97 + int(i)) for i in self._rng.integers(26, size=len(word)))
        return word[:2] + letters[2:]

    def _moved(self, original: Original) -> Any:
        count = len(original.passages)
        one, other = (self._vectors[self._rng.integers(len(self._vectors), size=count)] for _ in range(2))
        moved = self._vectors[original.first : original.first + count] + _MOVE * (one - other)
        return pack_passages(moved)


def _shape(word: str) -> tuple[int, bool]:
    return len(word), word[0].isupper()


def make(base: Path, folder: Path, target: int, longest_s: float) -> dict[str, Any]:
    """Fill a copy of `base` in `folder` until it holds `target` passages; stops after `longest_s` seconds."""
    if not (folder / "library.db").exists():
        shutil.copytree(base, folder)
    began = time.monotonic()
    library = Library(folder, MiniLMEmbedder(load().settings.cache))
    library.ready()
    held = before = library.size
    if held < target:
        known, vectors = originals(SqliteCatalog(base / "library.db"), library.embedder.name)
        run = 1 + int(library.catalog.fact("variants") or 0)
        library.catalog.set_facts({"variants": str(run)})  # another run makes other ones
        with library.writing():
            for batch in batches(known, vectors, run):
                held += write(library, batch, target - held)
                sys.stderr.write(f"{held:,} passages, {time.monotonic() - began:.0f} s\n")
                if held >= target or time.monotonic() - began > longest_s:
                    break
    library.close()
    return {"passages_added": held - before, "seconds": time.monotonic() - began}


Batch = list[tuple[NewVersion, dict[bytes, CachedVectors]]]


def batches(known: Sequence[Original], vectors: Matrix, run: int) -> Iterator[Batch]:
    """Variants without end."""
    variants = Variants(known, vectors, seed=run)
    for number in count():
        for at in range(0, len(known), _BATCH):
            yield [variants.of(original, f"{run}.{number}") for original in known[at : at + _BATCH]]


def write(library: Library, batch: Batch, most: int) -> int:
    """Record the articles and make them searchable, until `most` passages are reached; returns their number."""
    taken, passages = [], 0
    for new, packed in batch:
        if passages >= most:
            break
        taken.append((new, packed))
        passages += len(new.passages)
    library.record([new for new, _ in taken])
    library.catalog.cache(library.embedder.name, {key: v for _, packed in taken for key, v in packed.items()})
    return library.index_pending()[0]
