"""How long a search takes in a large library, where the time goes, and what the vector index misses there.

    python -m eval.bench.scale --library BASE --passages N --work FOLDER [--questions FILE] [--rounds N]

BASE is a library of real articles. It is copied into FOLDER, where it stays for another run, and filled up to about N
passages with variants of its articles, through the program's own writing: other ids and days, one word in nine replaced
by a word of the same length from another article, one in two hundred by a word that occurs nowhere else. Lengths stay,
so sentences and passages keep their places. The vector of a variant is the passage's own with a part of the difference
of two other passages' vectors added, which spreads as real vectors do; nothing has to be embedded.
"""

from __future__ import annotations

import argparse
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
from typing import Any, NamedTuple

import numpy as np

from assistant import Assistant
from assistant.library.catalog import SEARCHABLE, Catalog
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.lexical import TantivyIndex
from assistant.library.library import Library
from assistant.library.packing import CachedVectors, Matrix, unpack_passage
from assistant.library.rows import NewVersion, chunks, hash_passage
from assistant.library.vectors import ChromaIndex
from assistant.records import Article, Filters, Passage, Sentence
from assistant.retrieval import candidates, search
from assistant.settings import load
from eval.bench.parts import PartClock, Watched
from eval.bench.report import load as results
from eval.bench.report import machine, save, spread, table
from eval.bench.retrieval import QUESTIONS, Question, questions

RESULTS_EACH = 10  # sentences
DEPTHS = (10, 60)  # of the recall
WATCHED = (
    Watched("embed the question", MiniLMEmbedder, "embed"),
    Watched("see that the indexes are in step", Library, "ready"),
    Watched("understand the question", search, "understand"),
    Watched("vector index", ChromaIndex, "search"),
    Watched("lexical index, search", TantivyIndex, "search"),
    Watched("lexical index, scores of other finds", TantivyIndex, "scores"),
    Watched("catalog, passages", Catalog, "searchable_passages"),
    Watched("catalog, vectors", Catalog, "cached"),
    Watched("catalog, passages of each article", Catalog, "passage_counts"),
    Watched("catalog, texts", Catalog, "texts"),
    Watched("terms of passages", TantivyIndex, "terms"),
    Watched("features and scores of passages", candidates, "cosines"),
    Watched("features and scores of passages", candidates, "fuse"),
    Watched("features and scores of passages", candidates, "nearness"),
    Watched("features and scores of passages", candidates, "passage_scores"),
    Watched("features and scores of passages", candidates, "_lead"),
    Watched("features and scores of passages", candidates, "pair_share"),
    Watched("rank sentences", search, "rank_sentences"),
    Watched("strength, dates of the evidence", search, "strength"),
    Watched("strength, dates of the evidence", search, "_evidence"),
)
REST = "all else"

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
    for rows in chunks(catalog.in_state(SEARCHABLE)):
        stored = catalog.passages_of(rows)
        texts = catalog.texts(rows)
        cached = catalog.cached(embedder, [s.text_hash for s in stored])
        for row in rows:
            own = [s for s in stored if s.row == row]
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
        return NewVersion(article=article, sentences=original.sentences, passages=original.passages), packed

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
        return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype("<f2")


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
        known, vectors = originals(Catalog(base / "library.db"), library.embedder.name)
        run = 1 + int(library.catalog.fact("variants") or 0)
        library.catalog.set_facts({"variants": str(run)})  # another run makes other ones
        with library.writing():
            for batch in _batches(known, vectors, run):
                held += _write(library, batch, target - held)
                sys.stderr.write(f"{held:,} passages, {time.monotonic() - began:.0f} s\n")
                if held >= target or time.monotonic() - began > longest_s:
                    break
    library.close()
    return {"passages_added": held - before, "seconds": time.monotonic() - began}


Batch = list[tuple[NewVersion, dict[bytes, CachedVectors]]]


def _batches(known: Sequence[Original], vectors: Matrix, run: int) -> Iterator[Batch]:
    """Variants without end."""
    variants = Variants(known, vectors, seed=run)
    for number in count():
        for at in range(0, len(known), _BATCH):
            yield [variants.of(original, f"{run}.{number}") for original in known[at : at + _BATCH]]


def _write(library: Library, batch: Batch, most: int) -> int:
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


# --------------------------------------------------------------------------------------------------------------------
# Measuring


class Sizes(NamedTuple):
    """What the library holds."""

    articles: int
    passages: int


def measure(library: Path, asked: Sequence[Question], rounds: int) -> dict[str, Any]:
    """Milliseconds of a search and of its parts; all questions are asked once before the clock starts."""
    whole: list[list[float]] = []
    cpu: list[float] = []
    parts: dict[str, list[float]] = defaultdict(list)
    names = list(dict.fromkeys(w.part for w in WATCHED))
    with Assistant.open(library, create=False) as assistant:
        began = time.perf_counter()
        assistant.warm_up()
        assistant.search(*_arguments(asked[0]))
        first = time.perf_counter() - began
        held = assistant.status()
        for question in asked:
            assistant.search(*_arguments(question))
        for _ in range(rounds):
            whole.append([_search_ms(assistant, question, names, parts) for question in asked])
        for question in asked:
            began = time.process_time()
            assistant.search(*_arguments(question))
            cpu.append(1000 * (time.process_time() - began))
    return {
        "articles": held.articles,
        "passages": held.passages,
        "bytes_on_disk": held.bytes_on_disk,
        "questions": len(asked),
        "first_search_s": first,  # of a new process: indexes and embedder are loaded
        "search_ms": spread([ms for values in whole for ms in values]),
        "processor_ms": spread(cpu),  # of all threads; what other programs do on the machine touches it less
        "p95_by_round_ms": [spread(values).p95 for values in whole],
        "parts_ms": {part: spread(parts[part]) for part in (*names, REST)},
    }


def _arguments(question: Question) -> tuple[Any, ...]:
    return question.text, RESULTS_EACH, question.asked_on


def _search_ms(assistant: Assistant, question: Question, names: list[str], parts: dict[str, list[float]]) -> float:
    """Milliseconds of one search; those of its parts are added to `parts`."""
    clock = PartClock()
    with clock.watching(WATCHED):
        began = time.perf_counter()
        assistant.search(*_arguments(question))
        whole = 1000 * (time.perf_counter() - began)
    for name in names:
        parts[name].append(1000 * clock.seconds[name])
    parts[REST].append(whole - 1000 * sum(clock.seconds.values()))
    return whole


def recall(folder: Path, asked: Sequence[Question]) -> dict[str, float]:
    """Share of the nearest passages, by exact search, that the vector index finds when asked for a hundred."""
    library = Library(folder, MiniLMEmbedder(load().settings.cache))
    library.ready()
    vectors = library.embedder.embed([question.text for question in asked])
    exact = _exact(library, vectors)
    shares: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    for vector, best in zip(vectors, exact, strict=True):
        hits = library.vectors.search(vector, candidates.HITS, Filters())
        for depth in DEPTHS:
            # By score, not by key: where two passages are equally near, either will do.
            near = sum(hit.score >= best[depth - 1] - 1e-5 for hit in hits[:depth])
            shares[depth].append(near / depth)
    library.close()
    return {f"recall@{depth}": float(np.mean(values)) for depth, values in shares.items()}


def _exact(library: Library, vectors: Matrix) -> Any:
    """The highest cosines of each question with any passage, [questions, most], falling."""
    most = max(DEPTHS)
    best = np.full((len(vectors), most), -1.0, dtype=np.float32)
    for rows in chunks(library.catalog.in_state(SEARCHABLE)):
        hashes = [stored.text_hash for stored in library.catalog.passages_of(rows)]
        cached = library.catalog.cached(library.embedder.name, hashes)
        matrix = np.stack([unpack_passage(cached[key]) for key in hashes])
        both = np.concatenate([best, vectors @ matrix.T], axis=1)
        best = -np.partition(-both, most, axis=1)[:, :most]
    return -np.sort(-best, axis=1)


def report(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    title = f"{figures['articles']:,} articles, {figures['passages']:,} passages, ms"
    rows = [("Assistant.search", *_pair(figures["search_ms"]))]
    rows += [(f"  {part}", *_pair(values)) for part, values in figures["parts_ms"].items()]
    rows.append(("processor time of a search", *_pair(figures["processor_ms"])))
    rounds = ", ".join(f"{value:.1f}" for value in figures["p95_by_round_ms"])
    missed = "".join(f"{name} {value:.4f}\n" for name, value in figures.get("vector_index", {}).items())
    return f"{table((title, 'p50', 'p95'), rows)}p95 of each round: {rounds}\n{missed}"


def _pair(values: Any) -> tuple[str, str]:
    return f"{values.median:.1f}", f"{values.p95:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the library, measure, print the table, keep the results beside those of other sizes."""
    parser = argparse.ArgumentParser(description="Time of a search in a large library.")
    parser.add_argument("--library", type=Path, required=True, help="a library of real articles; it is not changed")
    parser.add_argument("--passages", type=int, required=True, help="how many the large library is to hold")
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the large library")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="questions to ask")
    parser.add_argument("--rounds", type=int, default=2, help="times that each question is asked")
    parser.add_argument("--longest", type=float, default=1200.0, help="seconds that making the library may take")
    parser.add_argument("--no-recall", action="store_true", help="leave out the comparison with exact search")
    chosen = parser.parse_args(arguments)
    asked = questions(chosen.questions)
    folder = chosen.work / f"library-{chosen.passages}"
    chosen.work.mkdir(parents=True, exist_ok=True)
    made = make(chosen.library, folder, chosen.passages, chosen.longest)
    facts = machine()
    figures = measure(folder, asked, chosen.rounds) | {"made": made}
    if not chosen.no_recall:
        figures["vector_index"] = recall(folder, asked)
    sys.stdout.write(report(figures))
    kept = (results("scale") or {}).get("figures", {})
    command = "python -m eval.bench.scale --library BASE --passages N --work FOLDER"
    save("scale", command, facts, kept | {str(chosen.passages): figures | {"load": facts["load"]}})


if __name__ == "__main__":
    main()
