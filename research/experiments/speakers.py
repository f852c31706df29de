"""How often the program finds who says something: PolNeAR's attributions (political news, development split).

    python -m research.experiments.speakers

For each attribution with a source, among the spans that the program attributes, the one that shares most with the
annotated content is taken; it is right when its speaker and an annotated source overlap. "Any" asks whether one of all
the spans that touch the content has such a speaker. A direct quotation begins and ends with quotation marks, a mixed
one holds some. The rules were written with these articles in sight, so expect less elsewhere. Intervals are 95 %,
bootstrapped over articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.english.speakers import Said, find_speakers
from research.datasets import polnear
from research.experiments.claims import say

_DIRECT = re.compile(r"\s*[“\"].*[”\"]\W*\Z", re.DOTALL)
_MARK = re.compile(r"[“”\"]")
KINDS = ("direct", "mixed", "reported")
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attribution."""

    article: int
    kind: str
    best: bool  # the span that shares most with the content has an annotated speaker
    any: bool


def outcomes() -> list[Outcome]:
    """One for every attribution that names its source."""
    return [
        outcome(number, article.text, attribution, find_speakers(article.text))
        for number, article in enumerate(polnear.articles())
        for attribution in article.attributions
        if attribution.sources and attribution.contents
    ]


def outcome(number: int, text: str, gold: polnear.Attribution, said: Sequence[Said]) -> Outcome:
    """Compares what was found with one annotated attribution."""
    content = " ".join(text[span.start : span.end] for span in gold.contents)
    kind = "direct" if _DIRECT.match(content) else "mixed" if _MARK.search(content) else "reported"
    found = [s for s in said if any(_shared(s, span) > 0 for span in gold.contents)]
    best = max(found, key=lambda s: sum(_shared(s, span) for span in gold.contents), default=None)
    return Outcome(number, kind, best is not None and _named(best, gold), any(_named(s, gold) for s in found))


def _shared(said: Said, span: polnear.Span) -> int:
    return max(0, min(said.end, span.end) - max(said.start, span.start))


def _named(said: Said, gold: polnear.Attribution) -> bool:
    return any(said.speaker_start < s.end and s.start < said.speaker_end for s in gold.sources)


def interval(values: Sequence[tuple[int, bool]], articles: int) -> tuple[float, float]:
    """95 % interval of a share, by drawing articles with replacement."""
    hits, counts = np.zeros(articles), np.zeros(articles)
    for article, hit in values:
        hits[article] += hit
        counts[article] += 1
    drawn = np.random.default_rng(1).integers(0, articles, (_RESAMPLES, articles))
    shares = hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    """Print the table."""
    found = outcomes()
    articles = 1 + max(o.article for o in found)
    for kind in KINDS:
        own = [o for o in found if o.kind == kind]
        low, high = interval([(o.article, o.best) for o in own], articles)
        best, some = (sum(values) / len(own) for values in ([o.best for o in own], [o.any for o in own]))
        say(f"{kind:9} {len(own):5}  best {best:.3f} [{low:.3f}, {high:.3f}]  any {some:.3f}")


if __name__ == "__main__":
    main()
