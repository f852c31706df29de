"""How fast the local embedder is on this machine, fp32 and int8 side by side, and how near int8 is to fp32.

    python -m research.bench.embedding [--rounds N] [--passages N]

Passages are cut from the news articles of the measuring data when that folder lies beside the checkout, else from
sentences made up here. The two precisions take turns and medians are given, so that other work on the machine touches
both alike.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.embedders.minilm_files import Precision

ARTICLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "news2022" / "articles.jsonl.gz"
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8")
SIZES = (128, 256)  # word pieces of a passage, [CLS] and [SEP] included
QUESTION = "What did the finance minister say about interest rates last week?"


@dataclass
class Figures:
    """What was measured of one precision."""

    build_s: float = 0.0  # first start: the model is built and cached
    load_s: list[float] = field(default_factory=list)  # later starts, onnxruntime already imported
    passages_s: dict[int, list[float]] = field(default_factory=dict)  # passages per second, by size
    question_ms: list[float] = field(default_factory=list)
    cosine: tuple[float, float] = (1.0, 1.0)  # mean and least to fp32


def news(limit: int) -> list[str]:
    """Texts of the first articles of the measuring data, or invented ones."""
    if not ARTICLES.exists():
        return [_invented(number) for number in range(limit)]
    with gzip.open(ARTICLES, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line, _ in zip(lines, range(limit), strict=False)]


def _invented(number: int) -> str:
    """60 sentences, other ones for each number."""
    who = ("The harbour master", "A spokeswoman for the council", "The union's leader", "An analyst at the bank")
    did = ("said on Tuesday that", "denied reports that", "told residents of Port Ellery that", "warned investors that")
    what = ("the new bridge", "the third-quarter budget", "a ferry with 212 passengers", "the long-delayed tram line")
    end = (
        "would cost $3.4 million more.",
        "had been closed since April.",
        "was safe, “for now”.",
        "fell by 12.5 per cent.",
    )
    sentences = [" ".join(parts) for parts in product(who, did, what, end)]
    return " ".join(sentences[(7 * number + 37 * i) % len(sentences)] for i in range(60))


def passages(embedder: MiniLMEmbedder, size: int, count: int) -> list[str]:
    """Pieces of articles that fill about `size` word pieces; the last few words of each are lost to rounding."""
    found: list[str] = []
    for text in news(10 * count):
        words = text.split()
        pieces = embedder.count_tokens([" ".join(words)])[0] + 2 * len(words) / size
        step = max(1, int((size - 2) * len(words) / max(pieces, 1)))
        found += [" ".join(words[at : at + step]) for at in range(0, len(words) - step, step)][:3]
        if len(found) >= count:
            break
    return found[:count]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure(rounds: int, count: int) -> dict[Precision, Figures]:
    """The figures of both precisions, measured in turns."""
    figures = {precision: Figures() for precision in PRECISIONS}
    with tempfile.TemporaryDirectory() as cache:
        embedders = {precision: MiniLMEmbedder(Path(cache), precision=precision) for precision in PRECISIONS}
        for precision, embedder in embedders.items():
            figures[precision].build_s = _seconds(partial(embedder.embed, [QUESTION]))
        texts = {size: passages(embedders["int8"], size, count) for size in SIZES}
        for _ in range(rounds):
            for precision, embedder in embedders.items():
                _round(figures[precision], embedder, texts)
                fresh = MiniLMEmbedder(Path(cache), precision=precision)
                figures[precision].load_s.append(_seconds(partial(fresh.embed, [QUESTION])))
        cosines = np.sum(np.multiply(*(embedder.embed(texts[128]) for embedder in embedders.values())), axis=1)
    figures["int8"].cosine = (float(cosines.mean()), float(cosines.min()))
    return figures


def _round(figures: Figures, embedder: MiniLMEmbedder, texts: dict[int, list[str]]) -> None:
    for size, some in texts.items():
        rate = len(some) / _seconds(partial(embedder.embed, some))
        figures.passages_s.setdefault(size, []).append(rate)
    figures.question_ms += [1000 * _seconds(partial(embedder.embed, [QUESTION])) for _ in range(20)]


def table(figures: dict[Precision, Figures]) -> str:
    """The figures as lines of text, one column for each precision and one for their ratio."""
    rows: list[tuple[str, Callable[[Figures], float], str]] = [
        *((f"passages of {size} word pieces / s", _rate(size), ".1f") for size in SIZES),
        ("one question, median, ms", lambda f: statistics.median(f.question_ms), ".1f"),
        ("one question, 95 of 100 within, ms", lambda f: statistics.quantiles(f.question_ms, n=20)[-1], ".1f"),
        ("first start, model built, s", lambda f: f.build_s, ".2f"),
        ("later starts, median, s", lambda f: statistics.median(f.load_s), ".2f"),
        ("cosine to fp32, mean", lambda f: f.cosine[0], ".4f"),
        ("cosine to fp32, least", lambda f: f.cosine[1], ".4f"),
    ]
    lines = [f"{'':36}{'fp32':>10}{'int8':>10}{'int8/fp32':>12}"]
    for name, value, form in rows:
        fp32, int8 = value(figures["fp32"]), value(figures["int8"])
        lines.append(f"{name:36}{fp32:>10{form}}{int8:>10{form}}{int8 / fp32:>12.2f}")
    return "\n".join(lines) + "\n"


def _rate(size: int) -> Callable[[Figures], float]:
    return lambda figures: statistics.median(figures.passages_s[size])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Speed of the local embedder, fp32 and int8 side by side.")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each precision")
    parser.add_argument("--passages", type=int, default=64, help="passages of each size")
    chosen = parser.parse_args(arguments)
    sys.stdout.write(table(measure(chosen.rounds, chosen.passages)))


if __name__ == "__main__":
    main()
