"""What came first and what brought it about: a statement must not turn round what its sources put in an order.

"A before B", "after A, B", "B because A" and "A led to B" all say which of two came first. Where the words of the one
side stand on the other side in a statement, it says the reverse: "Prices doubled because floods destroyed the harvest"
turned into "Floods destroyed the harvest because prices doubled". A cause is also wrong where the sources say that it
was none ("despite the vote"). Names may change sides, since "she" stands for them; and where a text denies something,
nothing is said: "not before" is after.

The way of a journey is read too: "from Lesk to Varn" is no "from Varn to Lesk".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding
from assistant.english.sentences import split_sentences
from assistant.english.words import NEGATIONS, clipped, content_words, tokens
from assistant.records import Verdict

_CAUSE_BEHIND = r"because of|because|due to|as a result of|owing to|thanks to|(?:caused|triggered|prompted) by"
_CAUSE_BEFORE = r"led to|leads to|resulted in|results in|caused|causes|triggered|prompted"
_CONCEDED = r"despite|in spite of|although|even though"
_AFTER = r"(?<!named )(?<!names )(?<!look )after|following"
_LINK = re.compile(
    rf"\b(?:(?P<behind>{_CAUSE_BEHIND}|{_AFTER})|(?P<before>before|(?:{_CAUSE_BEFORE})(?! by\b))"
    rf"|(?P<conceded>{_CONCEDED}))\s",
    re.IGNORECASE,
)
_CAUSAL = re.compile(rf"(?:{_CAUSE_BEHIND}|{_CAUSE_BEFORE})\Z", re.IGNORECASE)
_ENDS = re.compile(r"[,;:—–]\s|\s-\s")
_WAY = re.compile(
    r"\bfrom (?P<one>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}) to (?P<other>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})"
)
_MOST = 8  # orders that are read, of a text and of a sentence
_SAME = 0.6  # share of the words of a side that must stand in another for both to be one


class _Order(NamedTuple):
    """Two things that a sentence puts in an order, as the stems of their words."""

    first: frozenset[str]  # what came first, or brought the other about, or was conceded
    second: frozenset[str]
    link: str  # the words between them
    words: str  # from the first of them to the last


def check_sequence(claim: Claim) -> list[Finding]:
    """A finding where a statement turns round what its sources put in an order."""
    return [*_turned_order(claim), *_turned_way(claim)][:1]


def _turned_order(claim: Claim) -> Iterator[Finding]:
    own, known = _orders(claim.text), [order for text in claim.sources.texts for order in _orders(text)]
    if any(t.folded in NEGATIONS for t in tokens(claim.text)):
        return
    for order in own:
        turned = [other for other in known if _reverses(order, other)]
        if turned and not any(_agrees(order, other) for other in known):
            told = f"“{clipped(order.words)}”, but {claim.sources.that('say')} “{clipped(turned[0].words)}”"
            yield Finding(Verdict.UNSUPPORTED, told)


def _reverses(own: _Order, known: _Order) -> bool:
    """Whether words of both sides stand on the other side, no fewer than stay; or a cause is one that was conceded."""
    conceded = _is_conceded(known)
    if _is_conceded(own) or conceded:
        causal = _CAUSAL.fullmatch(own.link) is not None
        return conceded and causal and len(own.first & known.first) >= _SAME * len(own.first) > 0
    gone, come, staying = _moved(own, known)
    return bool(gone and come) and gone + come >= staying


def _agrees(own: _Order, known: _Order) -> bool:
    gone, come, staying = _moved(own, known)
    return not _is_conceded(known) and staying > gone + come


def _is_conceded(order: _Order) -> bool:
    return re.fullmatch(_CONCEDED, order.link, re.IGNORECASE) is not None


def _moved(own: _Order, known: _Order) -> tuple[int, int, int]:
    """Return how many words went to the second side, how many came from there, and how many stayed where they were."""
    first, second = known.first - known.second, known.second - known.first
    return len(own.second & first), len(own.first & second), len(own.first & first) + len(own.second & second)


@lru_cache(maxsize=256)
def _orders(text: str) -> tuple[_Order, ...]:
    """Return what a text puts in an order, sentence by sentence; nothing of one that denies something."""
    sentences = [text[s.start : s.end] for s in split_sentences(text)]
    plain = (s for s in sentences if not any(t.folded in NEGATIONS for t in tokens(s)))
    return tuple(islice((order for s in plain for order in _orders_of(s)), _MOST))


def _orders_of(sentence: str) -> Iterator[_Order]:
    for found in islice(_LINK.finditer(sentence), _MOST):
        left, behind = sentence[: found.start()], sentence[found.end() :]
        ends = _ENDS.search(behind)
        opens = not content_words(left)
        if opens and ends is None:
            continue
        right = behind[: ends.start()] if ends else behind
        left = behind[ends.end() :] if opens and ends else left
        sides = _stems(right), _stems(left)
        first, second = sides if found["behind"] or found["conceded"] else sides[::-1]
        if first and second:
            yield _Order(first, second, found[0].strip(), sentence.strip())


def _stems(text: str) -> frozenset[str]:
    return frozenset(t.stem for t in content_words(text) if not t.capital)


def _turned_way(claim: Claim) -> Iterator[Finding]:
    known = {(m["one"], m["other"]) for text in claim.sources.texts for m in _WAY.finditer(text)}
    for way in _WAY.finditer(claim.text):
        pair = way["one"], way["other"]
        if pair not in known and pair[::-1] in known:
            told = f"{claim.sources.that('give')} it the other way round: “{clipped(way[0])}”"
            yield Finding(Verdict.UNSUPPORTED, told, certain=True)
