"""Figures in their roles: a statement must not exchange what was before and what came after, or two things' figures.

Wrong is "fell to $51 million from $45 million" for a source that has it the other way round, "1-3" for "3-1", and "12
boats and 30 crew" for "30 boats and 12 crew". A figure that a source has in several places, or without any sign of a
role, may have each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.checks.claim import Claim, Finding
from assistant.english.figure_roles import AFTER, BEFORE, CHANGE, Role, roles, scores
from assistant.english.measures import measure_behind
from assistant.english.names import find_names
from assistant.english.numbers import Number, agree, supports
from assistant.english.word_classes import AXES
from assistant.english.words import clipped, stem, tokens
from assistant.records import Verdict

_TOLD_AS = {BEFORE: "what it was before", AFTER: "what it became", CHANGE: "the size of a change"}
_MOST = 20  # figures of a statement that are compared in pairs
_CONTEST = AXES[stem("win")][0][0]  # the axis of winning and losing


def check_roles(claim: Claim, found: Sequence[Number]) -> list[Finding]:
    """A finding for the first figure that the cited sentences have in another role, among the numbers `found`."""
    starts = {number.start for number in found}
    said = [role for role in roles(claim.text) if role.number.start in starts][:_MOST]
    known = [roles(text) for text in claim.sources.texts]
    for finding in (*_changes(claim, said, known), *_turned(claim, starts), *_exchanged(claim, said, known)):
        return [finding]
    return []


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
