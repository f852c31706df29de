"""Makes the directions to which MiniLM's vectors are narrowed, and measures what a search loses by it.

    python -m research.fitting.narrowing [--library FOLDER --questions FILE] [--write FILE]

The directions come from strings of 4, 8 and 16 words, drawn from the model's vocabulary. With a library, the nearest
hundred passages of each question by whole vectors are looked for among the first hundred, hundred and fifty … by
narrowed ones: what is found so is scored by its whole vector.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.library.catalog import SEARCHABLE, chunks
from assistant.library.embedders.base import FloatMatrix
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.packing import unpack_passage
from assistant.library.sqlite_catalog import SqliteCatalog
from assistant.settings import load

_LENGTHS = (4, 8, 16)  # words of a string
_STRINGS = 10_000  # of each length
_WIDTHS = (128, 160, 192, 256)
_NEAREST = 100
_ASKED = (100, 150, 200)


def directions(embedder: MiniLMEmbedder) -> FloatMatrix:
    """Unit columns, those along which vectors of random words differ most first: [384, 384]."""
    words = sorted(word for word in embedder.vocabulary() if word.isalpha() and len(word) > 2)
    drawn = np.random.default_rng(0)
    spread = np.zeros((embedder.dimension, embedder.dimension))
    for length in _LENGTHS:
        rows = embedder.embed([" ".join(drawn.choice(words, length)) for _ in range(_STRINGS)]).astype(np.float64)
        spread += rows.T @ rows
    found: FloatMatrix = np.linalg.eigh(spread).eigenvectors[:, ::-1].astype(np.float32)
    return found


def passage_vectors(file: Path, embedder: str) -> FloatMatrix:
    """The vectors of all passages of a library, [n, 384]."""
    catalog = SqliteCatalog(file)
    found = []
    for rows in chunks(catalog.version_ids(SEARCHABLE)):
        hashes = [stored.text_hash for stored in catalog.passages_of(rows)]
        cached = catalog.cached(embedder, hashes)
        found.append(np.stack([unpack_passage(cached[key]) for key in hashes]))
    catalog.close()
    return np.concatenate(found)


def _nearest(passages: FloatMatrix, questions: FloatMatrix, most: int) -> npt.NDArray[np.intp]:
    unit = passages / np.linalg.norm(passages, axis=1, keepdims=True)
    return np.argsort(-(questions @ unit.T), axis=1)[:, :most]


def main() -> None:
    """Make the directions; measure and write them as asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--write", type=Path, help="where the first 192 directions go")
    chosen = parser.parse_args()
    embedder = MiniLMEmbedder(load().settings.cache)
    found = directions(embedder)
    if chosen.write:
        np.save(chosen.write, found[:, : embedder.width].astype(np.float16))
    if not (chosen.library and chosen.questions):
        return
    lines = chosen.questions.read_text(encoding="utf-8").splitlines()
    asked = embedder.embed([json.loads(line)["question"] for line in lines])
    passages = passage_vectors(chosen.library / "library.db", embedder.name)
    exact = _nearest(passages, asked, _NEAREST)
    print(f"{len(passages):,} passages, {len(asked)} questions\n")
    print("| width |" + "".join(f" among {n} |" for n in _ASKED) + "\n|" + "---|" * (1 + len(_ASKED)))
    for width in _WIDTHS:
        near = _nearest(passages @ found[:, :width], asked @ found[:, :width], max(_ASKED))
        shares = [
            np.mean([np.isin(whole, some[:n]).mean() for whole, some in zip(exact, near, strict=True)]) for n in _ASKED
        ]
        print(f"| {width} |" + "".join(f" {share:.3f} |" for share in shares))


if __name__ == "__main__":
    main()
