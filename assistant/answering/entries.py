"""The entries of an overview: which sentences of a story are quoted, so that much is told and nothing twice.

Greedy: the sentence that matters most comes first, then each time the one that matters most less what it repeats of
those chosen (maximal marginal relevance, Carbonell and Goldstein 1998, doi:10.1145/290941.291025). A sentence takes a
neighbour with it where it can't be understood alone, and where the neighbour itself tells something that matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.checks.injection import is_order, reports, undisguised
from assistant.english.questions import is_asked
from assistant.library.embedders.base import FloatVector
from assistant.retrieval.evidence import MOST_TOGETHER, needed_around
from assistant.retrieval.rerank import is_fragment, nearly_the_same
from assistant.retrieval.story_sentences import StorySentences, salience

FEWEST, USUAL = 6, 14  # entries; fewer only where the story holds no more
FEWEST_OF_A_SIDE = 2  # the same of each side of a comparison
_REPEATS = 3.0  # taken off for each unit of cosine with the nearest chosen sentence
_SAME = 0.84  # cosine with a chosen sentence from which a sentence tells nothing new
_NEIGHBOUR = -2.5  # worth, after repetition is taken off, from which a neighbour is quoted too
_WORTH_TELLING = -2.6  # … from which an entry is added to those that an overview has at least
_OF_ONE_ARTICLE = 0.25  # taken off for each entry from the same article
_TO_READERS = re.compile(r"\b(?:you|your|yours)\b|\b(?:click|tap|sign up|subscribe|read more)\b", re.IGNORECASE)
_NO_ANSWER = re.compile(  # that somebody was asked, which tells nothing yet
    r"\b(?:reached out to|contacted|requests?|requested|respond(?:ed)?|repl(?:y|ied))\b.{0,80}\bcomments?\b",
    re.IGNORECASE,
)
_QUOTED = re.compile('“[^”]*(?:”|$)|"[^"]*(?:"|$)|^[^“”]*”')
_SHORTEST, _LONGEST = 45, 600  # characters of a sentence that is quoted


@dataclass(frozen=True, slots=True)
class OverviewEntry:
    """One entry: neighbouring sentences of an article, by their indices in the story."""

    sentences: tuple[int, ...]
    worth: float


@dataclass(slots=True)
class _Choice:
    """What is chosen so far."""

    story: StorySentences
    worth: FloatVector
    repeats: FloatVector  # cosine of each sentence with the nearest chosen one
    taken: set[int] = field(default_factory=set)
    of_article: dict[int, int] = field(default_factory=dict)

    def value(self, i: int) -> float:
        """Return what sentence `i` is worth beside those chosen."""
        own = self.of_article.get(self.story.sentences[i].article, 0)
        return float(self.worth[i] - _REPEATS * max(0.0, self.repeats[i]) - _OF_ONE_ARTICLE * own)

    def add(self, sentences: Sequence[int]) -> None:
        for i in sentences:
            self.taken.add(i)
            self.repeats = np.maximum(self.repeats, self.story.likeness[:, i])
        article = self.story.sentences[sentences[0]].article
        self.of_article[article] = self.of_article.get(article, 0) + 1

    def repeated(self, i: int) -> bool:
        """Whether a chosen sentence tells the same."""
        if self.repeats[i] >= _SAME:
            return True
        text = self.story.sentences[i].text
        return any(nearly_the_same(text, self.story.sentences[j].text) for j in self.taken)


def choose(
    story: StorySentences,
    length: int,
    bonus: Callable[[int], float] = lambda _: 0.0,
    only: Callable[[int], bool] = lambda _: True,
    *,
    one_each: bool = False,
    fewest: int = FEWEST,
) -> list[OverviewEntry]:
    """Return at most `length` entries, the one that matters most first.

    `bonus` is added to the salience of a sentence, and only those that pass `only` open an entry. With `one_each` no
    article has two. More than `fewest` entries only while they are worth telling.
    """
    usable = [i for i, s in enumerate(story.sentences) if _is_whole(s.text)]
    worth = salience(story, usable) + np.array([bonus(i) for i in range(len(story.sentences))], np.float32)
    choice = _Choice(story, worth, np.zeros(len(story.sentences), np.float32))
    left = [i for i in usable if only(i)]
    entries: list[OverviewEntry] = []
    while left and len(entries) < length:
        values = {i: choice.value(i) for i in left}
        best = max(left, key=lambda i: (values[i], -i))
        left.remove(best)
        if len(entries) >= fewest and values[best] < _WORTH_TELLING:
            break
        if best in choice.taken or choice.repeated(best) or not reports(story.sentences[best].text):
            continue
        span = _span(choice, best, set(usable))
        choice.add(span)
        entries.append(OverviewEntry(span, values[best]))
        if one_each:
            left = [i for i in left if story.sentences[i].article != story.sentences[best].article]
    return entries


def _is_whole(text: str) -> bool:
    """Whether a sentence may stand in an overview as far as a quick look tells: a whole one, and no invitation.

    Whether it reports, and gives no order, is asked only of those that are chosen: that takes ten times as long.
    """
    if not _SHORTEST <= len(text) <= _LONGEST or is_fragment(text) or is_asked(text):
        return False
    return not _speaks_to_readers(text) and _NO_ANSWER.search(text) is None


def _speaks_to_readers(text: str) -> bool:
    """Whether a sentence speaks to its readers outside quotation marks: an invitation or advice, no fact of a story."""
    return _TO_READERS.search(_QUOTED.sub(" ", text)) is not None


def _span(choice: _Choice, i: int, usable: Collection[int]) -> tuple[int, ...]:
    """Return a sentence with the neighbours that it needs; without any, with the better one that adds something."""
    sentences = choice.story.sentences
    first, last = _run(choice.story, i)
    before, after = needed_around([s.text for s in sentences[first : last + 1]], i - first)
    span = tuple(range(i - before, i + after + 1))
    orders = any(is_order(undisguised(sentences[j].text)) for j in span)
    if len(span) > 1 and not orders and not choice.taken.intersection(span):
        return span
    beside = [j for j in (i + 1, i - 1) if first <= j <= last and j in usable and j not in choice.taken]
    worthy = [j for j in beside if choice.value(j) >= _NEIGHBOUR and not choice.repeated(j)]
    adding = [j for j in worthy if reports(sentences[j].text)]
    if not adding:
        return (i,)
    best = max(adding, key=choice.value)
    before, after = needed_around([s.text for s in sentences[first : last + 1]], best - first, back=False)
    span = tuple(range(min(i, best - before), max(i, best + after) + 1))  # with all of a quotation that it begins
    return span if len(span) <= MOST_TOGETHER and not choice.taken.intersection(span) else (i,)


def _run(story: StorySentences, i: int) -> tuple[int, int]:
    """Return the first and the last sentence of those around `i` that follow each other in its article."""
    first = last = i
    while first > 0 and _follows(story, first - 1, first):
        first -= 1
    while last + 1 < len(story.sentences) and _follows(story, last, last + 1):
        last += 1
    return max(first, i - 3), min(last, i + 3)


def _follows(story: StorySentences, one: int, two: int) -> bool:
    a, b = story.sentences[one], story.sentences[two]
    return a.article == b.article and b.index == a.index + 1
