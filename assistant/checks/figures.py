"""Numbers and amounts: each one in the statement must be in a cited sentence, in whatever form it is written.

What counts as the same number is decided in `english.numbers`. Figures must also keep their roles: a statement must not
exchange what was before and what came after, or the figures of two things. Wrong is "fell to $51 million from $45
million" for a source that has it the other way round, "1-3" for "3-1", and "12 boats and 30 crew" for "30 boats and 12
crew". A figure that a source has in several places, or without any sign of a role, may have each. What a
correction only repeats of an error proves nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding
from assistant.checks.dates import dates_in, known_years
from assistant.english.dates.patterns import COUNTED
from assistant.english.figure_roles import AFTER, BEFORE, CHANGE, Role, may_be_ranges, ranges, roles, scores
from assistant.english.names import find_names
from assistant.english.number_words import measure_behind
from assistant.english.numbers import ABOUT, ABOVE, BELOW, NEARLY, Number, agree, find_numbers, rounding_start, supports
from assistant.english.sentences import split_sentences
from assistant.english.words import AXES, clipped, stem, tokens
from assistant.records import Verdict
from assistant.retrieval.evidence import retells_an_error

_TOLD_AS = {BEFORE: "what it was before", AFTER: "what it became", CHANGE: "the size of a change"}
_MOST_IN_PAIRS = 20  # figures of a statement that are compared in pairs
_CONTEST = AXES[stem("win")][0][0]  # the axis of winning and losing


def check_roles(claim: Claim, found: Sequence[Number]) -> list[Finding]:
    """A finding for the first figure that the cited sentences have in another role, among the numbers `found`."""
    starts = {number.start for number in found}
    said = [role for role in roles(claim.text) if role.number.start in starts][:_MOST_IN_PAIRS]
    known = [roles(text) for text in claim.sources.texts]
    turned = (*_changes(claim, said, known), *_turned(claim, starts), *_exchanged(claim, said, known))
    return [*turned, *_miscounted(claim, said, known)][:1]


def written(text: str, number: Number) -> str:
    """A number as the text has it, with its unit of measure."""
    return text[number.start : measure_behind(text, number.end)[1]]


def _changes(claim: Claim, said: Sequence[Role], known: Sequence[Sequence[Role]]) -> Iterator[Finding]:
    """Findings for "to $51 million" where the source has "from $51 million"."""
    for figure in said:
        there = {other.role for text in known for other in text if supports(other.number, figure.number)}
        if figure.role and there and not there & {figure.role, ""}:
            shown, role = clipped(written(claim.text, figure.number)), min(there)
            told = f"told as {_TOLD_AS[figure.role]}, but {claim.sources.that('give')} it as {_TOLD_AS[role]}"
            yield Finding(Verdict.UNSUPPORTED, f"“{shown}” is {told}", certain=True)


def _turned(claim: Claim, starts: set[int]) -> Iterator[Finding]:
    """Findings for scores turned round, unless the names or winning and losing are turned round as well."""
    known = [(text, [(a.value, b.value) for a, b in scores(text)]) for text in claim.sources.texts]
    for one, other in scores(claim.text):
        pair, turned = (one.value, other.value), (other.value, one.value)
        if one.start not in starts or pair == turned or any(pair in there for _, there in known):
            continue
        holding = [text for text, there in known if turned in there]
        if holding and not any(_sides_turned(claim.text, text) for text in holding):
            words = claim.text[one.start : other.end]
            told = f"{claim.sources.that('give')} it the other way round: “{clipped(words)}”"
            yield Finding(Verdict.UNSUPPORTED, told, certain=True)


def _sides_turned(text: str, source: str) -> bool:
    """Whether a statement names two sides in the other order than its source, or tells of losing what the other won."""
    won = [
        {side for t in tokens(words) for axis, side in AXES.get(t.stem, ()) if axis == _CONTEST}
        for words in (text, source)
    ]
    if won[0] and won[1] and not won[0] & won[1]:
        return True
    order = [[t.folded for name in find_names(words) for t in name.tokens] for words in (text, source)]
    shared = [word for word in dict.fromkeys(order[0]) if word in order[1]]
    return len(shared) > 1 and order[1].index(shared[0]) > order[1].index(shared[1])


def _exchanged(claim: Claim, said: Sequence[Role], known: Sequence[Sequence[Role]]) -> Iterator[Finding]:
    """Findings for two figures that have changed places: each stands among the words of the other."""
    if "respectively" in claim.text or any("respectively" in text for text in claim.sources.texts):
        return
    for one, other in combinations(said, 2):
        if one.number.unit != other.number.unit or agree(one.number, other.number):
            continue
        if any(_have_changed_places(one, other, text) for text in known) and not any(
            _stand_as_they_did(one, other, text) for text in known
        ):
            words = [clipped(written(claim.text, figure.number)) for figure in (one, other)]
            yield Finding(Verdict.UNSUPPORTED, f"exchanged: “{words[0]}” and “{words[1]}”", certain=True)


def _miscounted(claim: Claim, said: Sequence[Role], known: Sequence[Sequence[Role]]) -> Iterator[Finding]:
    """Findings for "34 crowns" where the sources give 34 years and 900 crowns: the figure of something else."""
    texts = zip(claim.sources.texts, known, strict=True)
    counted = [(role.number, _counted(text, role.number)) for text, there in texts for role in there]
    for number in (role.number for role in said if role.number.measure is None):
        thing = _counted(claim.text, number)
        there = [other for figure, other in counted if thing and supports(figure, number)]
        elsewhere = any(other == thing for figure, other in counted if not supports(figure, number))
        if elsewhere and there and all(there) and thing not in there:
            shown = clipped(claim.text[number.start : number.end])
            yield Finding(Verdict.UNSUPPORTED, f"“{shown}” is the figure of something else in the {claim.sources.noun}")


def _counted(text: str, number: Number) -> str:
    """Return the stem of the word directly behind a figure: what it counts, "" where it is no such word."""
    words = tokens(text)
    place = bisect_left(words, number.end, key=lambda token: token.start)
    if number.unit or place == len(words) or text[number.end : words[place].start] not in {" ", "-"}:
        return ""
    return words[place].stem if words[place].content and not words[place].capital else ""


def _pairs(one: Role, other: Role, text: Sequence[Role]) -> Iterator[tuple[Role, Role]]:
    """The figures of a source that support the one and the other."""
    first = [known for known in text if supports(known.number, one.number)]
    second = [known for known in text if supports(known.number, other.number)]
    return ((a, b) for a in first for b in second if a is not b)


def _have_changed_places(one: Role, other: Role, text: Sequence[Role]) -> bool:
    for a, b in _pairs(one, other, text):
        (said_one, said_other), (known_one, known_other) = _company(one, other), _company(a, b)
        if said_one & known_other and said_other & known_one:
            return True
    return False


def _stand_as_they_did(one: Role, other: Role, text: Sequence[Role]) -> bool:
    for a, b in _pairs(one, other, text):
        (said_one, said_other), (known_one, known_other) = _company(one, other), _company(a, b)
        if said_one & known_one or said_other & known_other:
            return True
    return False


def _company(one: Role, other: Role) -> tuple[frozenset[str], frozenset[str]]:
    """What tells two figures of one text apart; words before them only where each has some of its own."""
    first, second = one.right, other.right
    if one.left and other.left:
        first, second = first | one.left, second | other.left
    return first - second, second - first


_NEXT_WORD = re.compile(r" ([a-z]+)", re.IGNORECASE)
_STRICT = frozenset({"above", "below"})
_BOUNDED = ABOVE | BELOW  # what no plain figure proves: "at least 500", "nearly 500", "up to 500" of 500
_WIDE = (ABOVE | BELOW) - {NEARLY}
_MOST = 100  # numbers of a statement that are looked up; those beyond count as missing
_ENUMERATOR = re.compile(r"\s*\(?\d{1,2}[.)]\s(?=\S)")  # "2. The bank …" in a list claims nothing


def check_figures(claim: Claim) -> list[Finding]:
    """A finding for every number that no cited sentence supports, and for those that it has in another role.

    The numbers of dates are left to `dates`.
    """
    found, missing = sorted_numbers(claim)
    findings = [_missing_figure(written(claim.text, number), claim) for number in missing]
    return [*findings, *check_roles(claim, found), *check_precision(claim, found)]


def _missing_figure(words: str, claim: Claim) -> Finding:
    """A finding for a figure that no cited sentence has.

    It is certain for one in digits. In words ("half of", "the two countries", "a tenth") it may sum up what the
    sentences say in another way: of 300 true statements on news in other words, 36 hold such a figure.
    """
    digits = any(character.isdigit() for character in words)
    return Finding(Verdict.UNSUPPORTED, f"not in the {claim.sources.noun}: “{clipped(words)}”", certain=digits)


def check_precision(claim: Claim, found: Sequence[Number]) -> list[Finding]:
    """A finding for the first number that says more than the sources: a range is no point, "100" no "more than 100".

    "100" for "about 100" passes: on RAGTruth all 14 statements that only left out such a word are marked as faithful.
    """
    ends = {number.start for pair in may_be_ranges(claim.text) for number in pair}
    figures = [figure for text in claim.sources.texts for figure in _known_figures(text)]
    known = list({(_meaning(figure.number), figure.in_range): figure for figure in reversed(figures)}.values())
    for number in found[:_MOST]:
        proofs = [figure for figure in known if supports(figure.number, number)]
        if not proofs or number.start in ends or _ends_range(number, claim):
            continue
        point = not number.rounding
        if (point and all(f.in_range for f in proofs)) or all(_goes_further(number, f.number) for f in proofs):
            said = clipped(claim.text[rounding_start(claim.text, number) : measure_behind(claim.text, number.end)[1]])
            if number.measure and number.measure.dimension == "time" and said.lower().startswith("over "):
                continue  # "over seven days" may say how long it went on
            there = f"{claim.sources.that('give')} “{clipped(proofs[0].words)}”"
            return [Finding(Verdict.PARTLY, f"“{said}” says more: {there}")]
    return []


class _KnownFigure(NamedTuple):
    """A number of a source."""

    number: Number
    words: str  # with those of rounding, or the whole range
    in_range: bool


@lru_cache(maxsize=256)
def _known_figures(text: str) -> tuple[_KnownFigure, ...]:
    spans = {number.start: (pair[0].start, pair[1].end) for pair in ranges(text) for number in pair}
    numbers = find_numbers(text)
    words = [text[slice(*spans.get(n.start, (rounding_start(text, n), n.end)))] for n in numbers]
    return tuple(_KnownFigure(n, shown, n.start in spans) for n, shown in zip(numbers, words, strict=True))


def _goes_further(said: Number, known: Number) -> bool:
    """Whether a statement says more than its source: "more than 100" for "100", and "100" for "at least 100"."""
    if said.value != known.value or said.rounding == known.rounding:
        return False
    if not said.rounding:
        return known.rounding in _WIDE
    return said.rounding in (_STRICT if known.rounding == ABOUT else _BOUNDED if not known.rounding else ())


def _ends_range(number: Number, claim: Claim) -> bool:
    """Whether "up to 200" or "at least 125" is said of an end of "125 to 200"."""
    ends = (end for text in claim.sources.texts for pair in may_be_ranges(text) for end in pair)
    return number.rounding in {"at most", "at least"} and any(end.value == number.value for end in ends)


@lru_cache(maxsize=16)
def sorted_numbers(claim: Claim) -> tuple[list[Number], list[Number]]:
    """The numbers of the statement outside its dates that a cited sentence bears out, and those that none does."""
    return sort_numbers(claim.text, dates_in(claim).spans, claim.sources.texts, known_years(claim.sources))


@lru_cache(maxsize=16)
def proven_spans(claim: Claim) -> tuple[tuple[int, int], ...]:
    """Where the numbers that a source supports stand in the statement, with their rounding and unit of measure."""
    known = [figure.number for text in claim.sources.texts for figure in _known_figures(text)]
    measured = Counter(_meaning(number) for number in known if number.measure)
    spans = []
    for number in sorted_numbers(claim)[0]:
        converted = number.measure and _proofs(measured, number)
        end = measure_behind(claim.text, number.end)[1] if converted else number.end
        spans.append((rounding_start(claim.text, number), end))
    return tuple(spans)


def sort_numbers(
    statement: str, masked: Sequence[tuple[int, int]], texts: Sequence[str], years: frozenset[int]
) -> tuple[list[Number], list[Number]]:
    """The numbers of the statement that a text bears out, and those that none does.

    Those within the spans `masked` (dates) are left out. `years` are those that the dates of the sources name.
    """
    known = Counter(_meaning(number) for text in texts for number in find_numbers(text))
    listed = _ENUMERATOR.match(statement)
    enumerator = listed.end() if listed else 0
    found: list[Number] = []
    missing: list[Number] = []
    said: Counter[tuple[Decimal, str]] = Counter()
    for i, number in enumerate(find_numbers(statement)):
        if any(start <= number.start < end for start, end in masked) or number.end <= enumerator:
            continue
        said[number.value, number.unit] += 1  # "1-1" needs two of them: "1-0" has one
        counts = _NEXT_WORD.match(statement, number.end)
        may_be_year = number.unit == "" and number.value >= 1500 and not (counts and counts[1].lower() in COUNTED)
        is_year = may_be_year and number.value in years
        proven = is_year or (i < _MOST and _proofs(known, number) >= said[number.value, number.unit])
        (found if proven else missing).append(number)
    return found, missing


def _meaning(number: Number) -> Number:
    """The number wherever it stands: a source that repeats one a thousand times is compared with once."""
    return replace(number, start=0, end=0)


def _proofs(known: Counter[Number], number: Number) -> int:
    """How often the sources bear out a number."""
    return sum(count for other, count in known.items() if supports(other, number))


# -- what was printed in error

CORRECTION = re.compile(
    r"\b(?:corrections?|corrected|corrects|clarifications?|earlier version|misstated|misreported|erroneously"
    r"|incorrectly|in error|by mistake|wrong(?:ly)? (?:said|stated|reported|given|printed))\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"[;:—–]|\b(?:not|rather than|instead of|should have|in fact|correct|actually)\b", re.IGNORECASE)


def check_errors(claim: Claim) -> list[Finding]:
    """Findings for figures that the cited sentences only tell as wrongly printed.

    A statement that tells of the error itself may repeat them. In a sentence that also says what is right
    ("… is 32,000, not 23,000") the figures are not told apart here.
    """
    told = [text[s.start : s.end] for text in claim.sources.texts for s in split_sentences(text)]
    wrong = [text for text in told if retells_an_error(text) and not _BOTH.search(text)]
    if not wrong or retells_an_error(claim.text) or CORRECTION.search(claim.text):
        return []
    right = [number for text in told if text not in wrong for number in find_numbers(text)]
    said = find_numbers(claim.text)
    if any(supports(known, number) for known in right for number in said):
        return []
    retold = [number for text in wrong for number in find_numbers(text)]
    return [
        Finding(
            Verdict.UNSUPPORTED,
            f"the {claim.sources.noun} only tell{'s' if len(claim.sources.cited) == 1 else ''} that "
            f"“{claim.text[number.start : number.end]}” was printed in error",
            certain=True,
        )
        for number in said
        if any(supports(known, number) for known in retold)
    ]
