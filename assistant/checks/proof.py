"""Proof: which of the offered sentences prove a statement, whatever its writer pointed to.

The numbers that a model writes are a hint and no more. Of 31 right answers in the replies of a model of 1.5 billion
parameters only 6 stood behind the sentence that proves them: the number was wrong, or missing, or the statement rests
on two sentences and names one. So a statement is verified against the sentences that its writer points to first, and
against the others after that: alone, in twos and in threes. The first set that passes every check is the proof.

With a reader, the first set is read at once, and of the others the `_READ` that the rules leave open and that hold
most.

What keeps the search short: only sentences that share a content word with the statement are tried, those that hold most
of it first; a second or third sentence is added only when it holds words that are still missing. A statement costs one
verification when its writer pointed right, and at most `_MOST` otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import combinations, islice

from assistant.checks.claim import Claim
from assistant.checks.injection import is_advice
from assistant.checks.reading import CalibratedReader
from assistant.checks.relevance import BESIDE, FAR_READ, NO_ANSWER, is_far
from assistant.checks.support import word_weight
from assistant.checks.verify import Checked, Ruled, by_rules, read
from assistant.english.words import LONGEST, content_words
from assistant.records import Citation, FoundBy, Verdict

_SINGLE, _PAIRS, _TRIPLES = 4, 3, 1  # sets of each size that are tried, those that hold most of the statement first
_MOST = 1 + _SINGLE + _PAIRS + _TRIPLES
_AMONG = 6  # sentences of which the sets of two and three are made
_LEAST_READ = 0.15  # the same where a reader reads it: other words may say the same
_LEAST = 0.3  # share of the statement's weight that a set must hold to be worth a verification
_READ = 5  # of the sets found by the program, how many are read for one statement
_ADDS = 0.05  # share of the statement's weight that each further sentence must add

_SHOWN = (Verdict.SUPPORTED, Verdict.PARTLY)
_BEST_FIRST = (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.MISQUOTED, Verdict.UNCITED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The sentences that stand behind a statement, and what its verification against them found."""

    checked: Checked
    citations: tuple[Citation, ...]  # those the writer pointed to, when nothing proves the statement
    found_by: tuple[FoundBy, ...]  # who found each of `citations`

    def beside(self) -> Proof:
        """Return the proof of a statement that does not answer the question."""
        checked = self.checked
        findings = (*checked.findings, BESIDE)
        return replace(self, checked=replace(checked, verdict=BESIDE.verdict, findings=findings, not_proven=()))


def prove(
    text: str,
    written: Sequence[int],
    offered: Mapping[int, Citation],
    *,
    question: str = "",
    asked_on: date | None = None,
    reading: CalibratedReader | None = None,
) -> Proof:
    """Return the best proof of `text`, a statement without its markers, among the sentences `offered`.

    `written` are the numbers that its writer put behind it; those that were not offered point to nothing. A set found
    by the program replaces what the writer pointed to only when its verdict is better.
    """
    return prove_all([(text, written)], offered, question=question, asked_on=asked_on, reading=reading)[0]


def prove_all(
    statements: Sequence[tuple[str, Sequence[int]]],
    offered: Mapping[int, Citation],
    *,
    question: str = "",
    asked_on: date | None = None,
    reading: CalibratedReader | None = None,
) -> list[Proof]:
    """Return the proof of each of these statements, given with the numbers written behind it; see `prove`.

    A reader is asked twice at most: about what the writer pointed to, and about all else that may prove the rest.
    """
    claimed = partial(Claim.of, offered=offered, question=question, asked_on=asked_on)
    least = _LEAST if reading is None else _LEAST_READ
    searches = [_Search(text, tuple(written), claimed, offered, least) for text, written in statements]
    if reading is None:
        for search in searches:
            search.by_rules()
        return _answering([search.proof() for search in searches], statements, question, None)
    for most in (1, _READ):
        ruled = [(search, one, numbers) for search in searches for one, numbers in search.next(most)]
        found = read([one for _, one, _ in ruled], reading)
        for (search, _, numbers), checked in sorted(zip(ruled, found, strict=True), key=lambda each: -each[1].support):
            search.take(checked, numbers)
    return _answering([search.proof() for search in searches], statements, question, reading)


def _answering(
    proofs: Sequence[Proof],
    statements: Sequence[tuple[str, Sequence[int]]],
    question: str,
    reading: CalibratedReader | None,
) -> list[Proof]:
    """Return the proofs, those of statements that do not answer the question with a finding that says so.

    With a reader, advice is read too, on whatever subject: few questions are answered by telling somebody what to do.
    """
    shown = [i for i, proof in enumerate(proofs) if question and proof.checked.verdict in _SHOWN]
    texts = [text for text, _ in statements]
    if reading is None:
        beside = [i for i in shown if is_far(texts[i], question, proofs[i].citations)]
    else:
        doubted = [i for i in shown if _is_doubtful(texts[i], question, proofs[i].citations)]
        said = [(question, replace(proofs[i].citations[0], text=texts[i], before="")) for i in doubted]
        odds = reading.reader.answers(said) if said else []
        beside = [i for i, found in zip(doubted, odds, strict=True) if found < NO_ANSWER]
    return [proof.beside() if i in beside else proof for i, proof in enumerate(proofs)]


def _is_doubtful(text: str, question: str, sources: Sequence[Citation]) -> bool:
    return is_far(text, question, sources, FAR_READ) or all(is_advice(source.text) for source in sources)


class _Search:
    """The search for the proof of one statement: its sets of sentences, and the best verdict so far."""

    def __init__(
        self,
        text: str,
        written: tuple[int, ...],
        claimed: Callable[[str, Sequence[int]], Claim],
        offered: Mapping[int, Citation],
        least: float,
    ) -> None:
        self._claimed, self._written, self._offered = partial(claimed, text), written, offered
        self._pointed = tuple(n for n in dict.fromkeys(written) if n in offered)
        self._waiting = _sets(text, self._pointed, offered, least)
        self._best: tuple[Checked, tuple[int, ...]] | None = None

    def by_rules(self) -> None:
        """Try set after set by rules alone, until one proves the statement."""
        for numbers in self._waiting:
            self.take(by_rules(self._claimed(numbers)).checked, numbers)
            if self._is_proven():
                return

    def next(self, most: int) -> list[tuple[Ruled, tuple[int, ...]]]:
        """Return what a reader is to read next: the first set alone, then of all others the most promising ones.

        Those come first that the rules leave open and find most in; none once the statement is proven.
        """
        if self._is_proven():
            return []
        sets = islice(self._waiting, 1) if most == 1 else self._waiting
        ruled = [(by_rules(self._claimed(numbers)), numbers) for numbers in sets]
        return sorted(ruled, key=_openness)[:most]

    def _is_proven(self) -> bool:
        return self._best is not None and self._best[0].verdict is Verdict.SUPPORTED

    def take(self, checked: Checked, numbers: tuple[int, ...]) -> None:
        """Keep a verdict if it is better; of two of one kind the more probable, and what was pointed to before all."""
        if self._best is None or _is_better(checked, self._best[0]):
            self._best = checked, numbers

    def proof(self) -> Proof:
        """Return the best that was found; what the writer pointed to when nothing proves the statement."""
        best = self._best
        if best is None or (not self._pointed and _rank(best[0]) > _rank_of(Verdict.PARTLY)):
            best = by_rules(self._claimed(self._written)).checked, self._pointed
        checked, numbers = best
        return Proof(
            checked=checked,
            citations=tuple(self._offered[n] for n in numbers),
            found_by=tuple(FoundBy.MODEL if n in self._pointed else FoundBy.PROGRAM for n in numbers),
        )


def _openness(ruled: tuple[Ruled, tuple[int, ...]]) -> tuple[bool, float]:
    checked = ruled[0].checked
    return any(finding.certain for finding in checked.findings), -checked.support


def _rank_of(verdict: Verdict) -> int:
    return _BEST_FIRST.index(verdict)


def _rank(checked: Checked) -> int:
    return _rank_of(checked.verdict)


def _is_better(checked: Checked, best: Checked) -> bool:
    """Whether a verdict is better; of two of one kind the first stays, since it was pointed to or holds more."""
    return _rank(checked) < _rank(best)


def _sets(
    text: str, pointed: tuple[int, ...], offered: Mapping[int, Citation], least: float
) -> Iterator[tuple[int, ...]]:
    """Yield sets of sentences to try, each once: what was pointed to, then single ones, twos and threes."""
    if pointed:
        yield pointed
    if len(text) > LONGEST:
        return
    cover = _Cover(text, offered, least)
    singles = cover.by_share([(n,) for n in offered])[:_SINGLE]
    among = tuple(dict.fromkeys((*pointed, *(n for (n,) in cover.by_share([(n,) for n in offered])))))[:_AMONG]
    pairs = cover.by_share([pair for pair in combinations(among, 2) if cover.joins(pair)])[:_PAIRS]
    triples = cover.by_share([three for three in combinations(among, 3) if cover.joins(three)])[:_TRIPLES]
    tried = {frozenset(pointed)}
    for numbers in (*singles, *pairs, *triples):
        if frozenset(numbers) not in tried:
            tried.add(frozenset(numbers))
            yield numbers


class _Cover:
    """How much of a statement's content words sets of sentences hold, by weight."""

    def __init__(self, text: str, offered: Mapping[int, Citation], least: float) -> None:
        self._least = least
        words = {token.stem: word_weight(token) for token in content_words(text)}
        self._total = sum(words.values()) or 1.0
        self._weights = words
        self._held = {n: words.keys() & {t.stem for t in content_words(c.text[:LONGEST])} for n, c in offered.items()}
        self._offered = offered

    def share(self, numbers: Sequence[int]) -> float:
        """Return the share of the statement's weight, 0..1, that these sentences hold together."""
        held = set().union(*(self._held[n] for n in numbers))
        return sum(self._weights[stem] for stem in held) / self._total

    def adds(self, numbers: Sequence[int]) -> bool:
        """Whether each of these sentences holds something of the statement that the others do not."""
        whole = self.share(numbers)
        return all(whole - self.share([m for m in numbers if m != n]) >= _ADDS for n in numbers)

    def joins(self, numbers: Sequence[int]) -> bool:
        """Whether these sentences may be put together: each adds something, and all are of one article.

        Sentences of several articles prove together only where the writer pointed to them all: what a small model
        stitches from two stories, the program would otherwise stitch together too.
        """
        return self._articles(numbers) == 1 and self.adds(numbers)

    def by_share(self, sets: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Return the sets that hold enough, those that hold most first."""
        shares = {numbers: self.share(numbers) for numbers in sets}
        kept = [numbers for numbers in sets if shares[numbers] >= self._least]
        return sorted(kept, key=lambda numbers: -shares[numbers])

    def _articles(self, numbers: Sequence[int]) -> int:
        return len({(self._offered[n].article.id, self._offered[n].article.version) for n in numbers})
