"""Articles made of invented words, in the shape of news: any number of them, the same ones for the same numbers.

Words follow Zipf's law over a vocabulary of 40,000, so that indexes and compression meet what they would meet in real
text. Lengths of sentences, paragraphs and articles vary as in the measuring data (a passage in about 700 characters).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

_WORDS = 40_000
_SOUNDS = (
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou")
_ENDS = ("", "", "n", "r", "s", "t", "l", "nd", "ck")
_OUTLETS = ("Orrin Wire", "The Courant", "Port Ellery Post", "Weekly Ledger", "The Dispatch")
_FIRST_DAY = date(2023, 1, 1)


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, and the running sum of their frequencies."""
    source = random.Random(1)  # noqa: S311  # nothing is secret here
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        syllables = source.choices((1, 2, 3, 4), (2, 5, 3, 1))[0]
        parts = (source.choice(_SOUNDS) + source.choice(_VOWELS) for _ in range(syllables))
        words["".join(parts) + source.choice(_ENDS)] = None
    return list(words), list(accumulate(1 / (rank + 2) for rank in range(_WORDS)))


def article(number: int, *, revision: int = 0, paragraphs: int = 6) -> dict[str, str]:
    """An article as a row of JSON; a higher revision has another last paragraph, and every third another title."""
    source = random.Random(number)  # noqa: S311
    count = max(1, round(source.lognormvariate(0, 0.5) * paragraphs))
    texts = [_paragraph(source) for _ in range(count)]
    if revision:
        texts[-1] = _paragraph(random.Random(f"{number}/{revision}"))  # noqa: S311
    title = " ".join(_words(source, source.randint(4, 9))).capitalize()
    return {
        "id": f"invented-article-{number:07}",
        "title": f"{title}, updated" if revision and number % 3 == 0 else title,
        "outlet": source.choice(_OUTLETS),
        "published": (_FIRST_DAY + timedelta(days=number % 900)).isoformat(),
        "text": "\n\n".join(texts),
    }


def articles(numbers: range, *, revision: int = 0, paragraphs: int = 6) -> Iterator[dict[str, str]]:
    """The articles with these numbers."""
    return (article(number, revision=revision, paragraphs=paragraphs) for number in numbers)


def write_articles(file: Path, count: int, *, revision: int = 0, paragraphs: int = 6) -> None:
    """The first `count` articles as lines of JSON."""
    with file.open("w", encoding="utf-8") as out:
        for row in articles(range(count), revision=revision, paragraphs=paragraphs):
            out.write(json.dumps(row) + "\n")


def revisions(place: Path, count: int, number: int) -> list[Path]:
    """The same articles in so many revisions, each in a folder of its own under one file name."""
    files = [place / f"revision-{revision}" / "articles.jsonl" for revision in range(number)]
    for revision, file in enumerate(files):
        file.parent.mkdir()
        write_articles(file, count, revision=revision)
    return files


def _paragraph(source: random.Random) -> str:
    return " ".join(_sentence(source) for _ in range(source.randint(1, 5)))


def _sentence(source: random.Random) -> str:
    words = _words(source, max(4, round(source.gauss(20, 7))))
    words[0] = words[0].capitalize()
    if source.random() < 0.3:
        words[source.randrange(1, len(words))] = source.choice(("$3.4 million", "12.5 per cent", "Mr. Orrin", "2,140"))
    if source.random() < 0.2:
        words[2] = f"“{words[2]}"
        words[-1] += ",”"
        words += ["said", source.choice(words[3:-2] or words).capitalize()]
    return " ".join(words) + "."


def _words(source: random.Random, count: int) -> list[str]:
    words, sums = _vocabulary()
    return source.choices(words, cum_weights=sums, k=count)
