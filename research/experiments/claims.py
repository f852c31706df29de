"""What the experiments on the support check share: reading the data, making citations of sentences, scores."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from assistant.checks.claim import Sources
from assistant.english.sentences import split_sentences, trimmed
from assistant.english.words import content_words
from assistant.records import ArticleInfo, Citation

FloatArray = npt.NDArray[np.float64]

MOST_CITED = 3  # source sentences that a statement without citations is given
_WORTH = 0.08  # share of a statement's weight that another source sentence must add to be cited


def say(line: str) -> None:
    """One line of a report."""
    sys.stdout.write(line + "\n")


def sentences_of(text: str) -> list[tuple[int, str]]:
    """The sentences of a text that hold a word: where each begins, and its words."""
    spans = (trimmed(text, sentence) for sentence in split_sentences(text))
    return [(start, text[start:end]) for start, end in spans if any(c.isalnum() for c in text[start:end])]


def citations_of(
    sentences: Sequence[str], numbers: Iterable[int], title: str = "", published: date | None = None
) -> tuple[Citation, ...]:
    """The sentences with these indices as citations of one article."""
    article = ArticleInfo(id="source", version=1, source="source", title=title, outlet="", published=published)
    return tuple(
        Citation(
            ref=f"source-{i}", article=article, sentence=i, start=0, end=len(text), text=text, score=1.0, number=i + 1
        )
        for i, text in ((i, sentences[i]) for i in sorted(set(numbers)))
    )


class Rarity:
    """How rare the stems of one source are: the logarithm of sentences over sentences that hold the stem."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Counts once."""
        self._count = Counter(stem for text in sentences for stem in {t.stem for t in content_words(text)})
        self._all = len(sentences)

    def __getitem__(self, stem: str) -> float:
        return math.log(1 + self._all / (1 + self._count[stem]))


def best_sentences(statement: str, sentences: Sequence[str], rarity: Rarity, most: int = MOST_CITED) -> list[int]:
    """Indices of the source sentences that together hold most of the statement's words, chosen greedily."""
    wanted = {token.stem: rarity[token.stem] for token in content_words(statement)}
    total = sum(wanted.values()) or 1.0
    stems = [{t.stem for t in content_words(text)} & wanted.keys() for text in sentences]
    chosen: list[int] = []
    while wanted and len(chosen) < most:
        gains = [sum(wanted[s] for s in here if s in wanted) for here in stems]
        best = int(np.argmax(gains))
        if gains[best] <= 0 or (chosen and gains[best] < _WORTH * total):
            break
        chosen.append(best)
        wanted = {s: w for s, w in wanted.items() if s not in stems[best]}
    return chosen or [0]


def sources_of(statement: str, sentences: Sequence[str], rarity: Rarity) -> Sources:
    """The statement's best source sentences as what it cites."""
    return Sources(citations_of(sentences, best_sentences(statement, sentences, rarity)), ())


def area_under_curve(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Probability that a positive scores above a negative, ties counting half (Mann-Whitney)."""
    order = np.asarray(scores, float)
    positive, negative = order[np.asarray(labels, bool)], order[~np.asarray(labels, bool)]
    above = (positive[:, None] > negative).sum() + 0.5 * (positive[:, None] == negative).sum()
    return float(above / (len(positive) * len(negative)))


def f1(labels: Sequence[bool], found: Sequence[bool]) -> float:
    """Harmonic mean of precision and recall; 0 when nothing is found."""
    hits = sum(a and b for a, b in zip(labels, found, strict=True))
    return 2 * hits / (sum(labels) + sum(found)) if hits else 0.0


def best_threshold(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The score from which on "positive" gives the best F1."""
    values = sorted(set(scores))
    return max(values, key=lambda t: f1(labels, [s >= t for s in scores]))


def folds_by_group(groups: Sequence[str], count: int, seed: int = 0) -> list[npt.NDArray[np.intp]]:
    """The rows of each fold; rows of one group are in one fold."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[i]: place % count for place, i in enumerate(order)}
    return [np.array([i for i, group in enumerate(groups) if fold[group] == f], np.intp) for f in range(count)]
