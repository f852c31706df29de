"""Sentence splitting beside bare `nupunkt`: quality on gold sentences, speed on real articles, time on hostile text.

    python -m research.bench.sentences [folder of the measuring data]

Paragraphs are given: gold sentences of one paragraph are joined by single spaces. A boundary is the offset where the
words of a sentence end; precision, recall and F1 are pooled over all paragraphs. "ends" counts the end of each
paragraph too, which no splitter can miss; "interior" does not, and says nothing where every paragraph is one sentence.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import nupunkt

from assistant.english.sentences import SPLITTER_VERSION, split_sentences, trimmed
from assistant.records import Sentence
from eval.datasets.files import DATA
from research.datasets.sentences import documents, traps

SAMPLE = 10_000_000  # bytes of article text for the speed
HOSTILE = {"“?!”": "?!", "“a.)”": "a.)", "initials": "A. ", "ellipses": "… ", "quotation marks": '"'}  # 50 kB of each

Splitter = Callable[[str], tuple[Sentence, ...]]


class Score(NamedTuple):
    """Counts of boundaries, pooled."""

    found: int  # gold boundaries that were found
    wrong: int  # boundaries that are not gold
    missed: int  # gold boundaries that were not found

    @property
    def f1(self) -> float:
        """2·found / (2·found + wrong + missed), 0..1; 1 when there was nothing to find and nothing was found."""
        return 2 * self.found / (2 * self.found + self.wrong + self.missed) if any(self) else 1.0


def gold_paragraphs(path: Path) -> list[list[str]]:
    """The gold sentences of each paragraph; an empty string in a document ends a paragraph."""
    paragraphs: list[list[str]] = []
    for document in documents(path):
        paragraphs.append([])
        for sentence in document.sentences:
            if sentence:
                paragraphs[-1].append(sentence)
            else:
                paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def boundary_f1(paragraphs: list[list[str]], split: Splitter, *, ends: bool) -> Score:
    """Boundaries found by `split` in each paragraph against the gold ones; `ends` counts the paragraphs' ends."""
    found = wrong = missed = 0
    for paragraph in paragraphs:
        text = " ".join(paragraph)
        gold = {len(" ".join(paragraph[: n + 1])) for n in range(len(paragraph))}
        guess = _ends(text, split)
        if not ends:
            gold, guess = gold - {len(text)}, guess - {len(text)}
        found += len(gold & guess)
        wrong += len(guess - gold)
        missed += len(gold - guess)
    return Score(found, wrong, missed)


def trap_results(path: Path, split: Splitter) -> dict[str, bool]:
    """For each hand-made trap, whether its sentences begin exactly where they should."""
    return {
        trap.name: [trimmed(trap.text, s)[0] for s in split(trap.text)] == [0, *trap.starts] for trap in traps(path)
    }


def bare_nupunkt() -> Splitter:
    """`nupunkt` on each line, its spans widened to tiles: what its users get when they split at line breaks first."""
    model = nupunkt.load("default")

    def split(text: str) -> tuple[Sentence, ...]:
        starts = [0]
        offset = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                starts += [offset + start for start, _ in model.span_tokenize(line)]
            offset += len(line)
        starts = sorted({start for start in starts if start < len(text)})
        return tuple(map(Sentence, range(len(starts)), starts, [*starts[1:], len(text)]))

    return split


def _bare_spans() -> Callable[[str], object]:
    """`nupunkt` on each line and nothing more, for the speed: its spans stay within their lines and are thrown away."""
    model = nupunkt.load("default")
    return lambda text: [list(model.span_tokenize(line)) for line in text.split("\n") if line.strip()]


def _ends(text: str, split: Splitter) -> set[int]:
    return {trimmed(text, sentence)[1] for sentence in split(text)}


def _quality(folder: Path, splitters: dict[str, Splitter]) -> Iterator[str]:
    for name in ("pud-news", "gum"):
        paragraphs = gold_paragraphs(folder / f"{name}.jsonl")
        for ends in (True, False):
            for who, split in splitters.items():
                score = boundary_f1(paragraphs, split, ends=ends)
                kind = "ends" if ends else "interior"
                yield f"{name:9} {kind:9} {who:8} F1 {score.f1:.4f}  {score}"
    for who, split in splitters.items():
        results = trap_results(folder / "news-traps.jsonl", split)
        failed = ", ".join(name for name, right in results.items() if not right)
        yield f"traps exact {who:8} {sum(results.values())} of {len(results)}  failed: {failed or 'none'}"


def _articles(path: Path) -> list[str]:
    texts: list[str] = []
    size = 0
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            texts.append(json.loads(row)["text"])
            size += len(texts[-1].encode())
            if size >= SAMPLE:
                break
    return texts


def _seconds(texts: list[str], split: Callable[[str], object]) -> float:
    before = time.perf_counter()
    for text in texts:
        split(text)
    return time.perf_counter() - before


def _speed(texts: list[str], runs: int = 5) -> Iterator[str]:
    """Best of `runs`, the splitters taking turns, so that other load on the machine meets them alike."""
    splitters = {"ours": split_sentences, "nupunkt": _bare_spans()}
    size = sum(len(text.encode()) for text in texts) / 1e6
    taken = [{who: _seconds(texts, split) for who, split in splitters.items()} for _ in range(runs)]
    for who in splitters:
        best = min(run[who] for run in taken)
        yield f"speed {who:8} {size / best:6.1f} MB/s (best of {runs}, {size:.1f} MB)"


def _hostile(splitters: dict[str, Splitter]) -> Iterator[str]:
    for name, unit in HOSTILE.items():
        text = (unit * 50_000)[:50_000]
        best = {who: min(_seconds([text], split) for _ in range(3)) for who, split in splitters.items()}
        times = ", ".join(f"{who} {taken:.3f} s" for who, taken in best.items())
        yield f"50 kB of {name}: {times} (best of 3)"


def main(folder: Path = DATA) -> None:
    """Print all figures; those whose data is absent are left out, and said to be."""
    splitters = {"ours": split_sentences, "nupunkt": bare_nupunkt()}
    out = sys.stdout.write
    out(f"splitter {SPLITTER_VERSION}\n")
    parts: dict[Path, Callable[[], Iterator[str]]] = {
        folder / "sentences": lambda: _quality(folder / "sentences", splitters),
        folder / "news2022" / "articles.jsonl.gz": lambda: _speed(_articles(folder / "news2022" / "articles.jsonl.gz")),
    }
    for path, figures in parts.items():
        for line in figures() if path.exists() else [f"{path.name}: not here, not measured"]:
            out(line + "\n")
    for line in _hostile(splitters):
        out(line + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
