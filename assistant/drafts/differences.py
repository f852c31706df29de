"""What a claim and a sentence of the archive have differently, where they tell of one thing: figure, day, name, verb.

A difference is told only when both sides of it are there: a figure of the claim that the sentence lacks, and one of the
same kind in like company that the claim lacks. A word that is simply missing is no contradiction. The sentence must
also hold most of what the claim says apart from that, or it speaks of something else (`_SAME`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.checks.claim import Claim
from assistant.checks.dates import dates_in, dates_of
from assistant.checks.doers import turned_round
from assistant.checks.entities import identified_words, missing_words
from assistant.checks.figures import check_roles, sorted_numbers, written
from assistant.checks.polarity import find_clash
from assistant.checks.support import word_weight
from assistant.drafts.check_report import Differing, without_number
from assistant.english.names import COURTESY, KnownNames, Name, find_names, is_held
from assistant.english.numbers import Number, find_numbers, supports
from assistant.english.words import SUBJECT_PRONOUNS, TITLES, Token, clipped, content_words, tokens, word_set
from assistant.records import Citation, DateMention

_SAME = 0.6  # share of a claim's weight, what differs left out, that a sentence on the same thing holds
_LEAST = 2  # words of the claim that it holds
_NEARLY = 0.3  # share of a claim's weight that a sentence holds which comes near it
_FAR_APART = 10  # times that one figure may be the other; beyond that they are hardly of one thing
_BEHIND = 2  # words behind a figure that say what it counts
_NEAR = 4  # content words on either side that say what a figure or a name stands for
_WORDS = 3  # pairs of words that are told
_SMALL = 3  # words that stand in one place
_SAYING_LITTLE = word_set("a an the") | SUBJECT_PRONOUNS
_ONE_OF = re.compile(r"\bone of the (\w+est|worst|best|most \w+|least \w+)\b", re.IGNORECASE)
_REPEATED = re.compile(  # in a correction: what was printed, and is wrong
    r"\b(?:we|report|article|story|item|caption|headline|edition)\b[^.]{0,60}"
    r"\b(?:printed|published|said|gave|stated|reported|misstated|wrote)\b",
    re.IGNORECASE,
)
_PUT_RIGHT = re.compile(  # in the same sentence
    r"[;:—–]|\b(?:not|rather than|instead of|should have|in fact|correct\w*|actually)\b", re.IGNORECASE
)
_OF_ERRORS = ("retraction", "correction", "clarification")
_QUOTED = re.compile(r"[“\"«][^“”\"«»]*[”\"»]")
_DENIED = re.compile(r"\b(?:not|rather than|instead of|and not)\s(?:about\s|the\s|at\s|in\s|on\s)?$", re.IGNORECASE)


def differences(
    text: str, number: int, offered: Mapping[int, Citation], asked_on: date | None
) -> tuple[Differing, ...]:
    """Return what a claim has differently from the sentence `number` of those offered; () when that can't be told."""
    claim, cited = Claim.of(text, (number,), offered, asked_on=asked_on), offered[number]
    found = [*_figures(claim, cited), *_days(claim, cited), *_names(claim, cited), *_opposites(claim, cited)]
    if not found or not _is_of_one_thing(claim, cited, found):
        return ()
    return tuple(dict.fromkeys(found))


def share(text: str, source: str) -> float:
    """Return the share, 0..1, of the weight of a claim's content words that a sentence holds."""
    known, words = _known(source), content_words(text)
    stems = set(known.stems)
    total = sum(word_weight(token) for token in words)
    held = sum(word_weight(token) for token in words if is_held(token, stems, known))
    return held / total if total else 0.0


def comes_near(text: str, source: str) -> bool:
    """Whether a sentence holds `_NEARLY` of a claim, and two words, or all it has, that are no figures.

    "3 percent" is of anything.
    """
    words = {token.stem for token in content_words(text) if not token.text[0].isdigit()}
    held = words & {token.stem for token in content_words(source)}
    return len(held) >= min(_LEAST, len(words)) and share(text, source) >= _NEARLY


@lru_cache(maxsize=256)
def _known(source: str) -> KnownNames:
    return KnownNames((source,))


def corrected_figure(text: str, cited: Citation) -> Number | None:
    """Return the figure of a claim that a correction takes back: "1.26 billion, not 1.62 billion"; None for none."""
    source = cited.text
    if source not in cited.article.notice:
        return None
    said = find_numbers(text)
    for number in find_numbers(source):
        if _DENIED.search(source[max(0, number.start - 24) : number.start]):
            return next((n for n in said if supports(number, n)), None)
    return None


def tells_of_errors(cited: Citation) -> bool:
    """Whether an article corrects what was printed: then it gives the old reading and the new one."""
    return cited.article.notice_kind in _OF_ERRORS or "correct" in cited.article.title.casefold()


def repeats_an_error(cited: Citation) -> bool:
    """Whether a correction only tells here what was printed wrongly: that is nobody's reading any more."""
    return bool(tells_of_errors(cited) and _REPEATED.search(cited.text) and not _PUT_RIGHT.search(cited.text))


def corrects_to(text: str, said: str, cited: Citation) -> bool:
    """Whether a correction gives some words of a claim as the right ones, not as what was wrong."""
    is_of_it = said in cited.text and tells_of_errors(cited) and share(text, cited.text) >= _SAME
    return is_of_it and not _REPEATED.search(cited.text)


def _is_of_one_thing(claim: Claim, cited: Citation, found: Sequence[Differing]) -> bool:
    """Whether the sentence holds most of what the claim says apart from what differs, names by what stands around."""
    aside = {token.stem for difference in found for token in content_words(difference.said)}
    stems = {token.stem for token in content_words(cited.text)}
    words = [token for token in content_words(claim.text) if token.stem not in aside]
    named = identified_words(claim)
    held = [t for t in words if t.start in named or is_held(t, stems, claim.sources.known)]
    shared = {token.stem for token in held if token.start not in named}
    total = sum(map(word_weight, words))
    return len(shared) >= _LEAST and sum(map(word_weight, held)) >= _SAME * total


def _figures(claim: Claim, cited: Citation) -> Iterator[Differing]:
    """Yield figures that stand in like company, and those that have changed their roles."""
    present, missing = sorted_numbers(claim)
    for number in missing:
        if other := _counterpart(claim.text, number, cited):
            yield _differing("figure", written(claim.text, number), written(cited.text, other), cited)
    for finding in check_roles(claim, present):
        quoted = _QUOTED.findall(finding.problem)
        if not missing and quoted:
            yield _differing("figure", quoted[0].strip("“”"), "the other way round", cited)


def _counterpart(text: str, number: Number, cited: Citation) -> Number | None:
    """Return the figure of a sentence that stands where `number` does in the claim; None for none."""
    said = find_numbers(text)
    masked = [(m.start, m.end) for m in _dates_of(cited)]
    best: tuple[int, Number] | None = None
    for other in find_numbers(cited.text):
        inside = any(start <= other.start < end for start, end in masked)
        if inside or any(supports(other, n) for n in said) or not _of_one_kind(text, number, cited.text, other):
            continue
        shared = len(_near(text, number.start, number.end) & _near(cited.text, other.start, other.end))
        if shared and (best is None or shared > best[0]):
            best = shared, other
    return best[1] if best else None


def _of_one_kind(text: str, one: Number, source: str, other: Number) -> bool:
    """Whether two figures are of one unit, or count the same, and are within reach of each other."""
    low, high = sorted((abs(one.value), abs(other.value)))
    if one.unit != other.unit or high > _FAR_APART * low or one.unit == "clock":
        return False
    things = _counted(text, one.end), _counted(source, other.end)
    return bool(one.unit) or bool(things[0] & things[1])


def _counted(text: str, end: int) -> frozenset[str]:
    """Return the stems of the words right behind a figure: of "14 deep cracks", deep and crack."""
    return frozenset(token.stem for token in tokens(text[end : end + 40])[:_BEHIND])


def _days(claim: Claim, cited: Citation) -> Iterator[Differing]:
    """Yield the first day of the claim that the sentence does not name, beside one of its own in like company."""
    dates = dates_in(claim)
    missing = [span for span in dates.spans if span not in dates.proven]
    own = {(m.first, m.last): m.last - m.first for m in dates_of(claim.text, claim.asked_on) if _starts_in(m, missing)}
    for start, end in missing[:1]:
        near = _near(claim.text, start, end)
        for mention in _dates_of(cited):
            span = mention.last - mention.first
            alike = any(_granularity(span) == _granularity(length) for length in own.values())
            if alike and not _is_dateline(cited.text, mention.start) and near & _near(cited.text, *mention[:2]):
                yield _differing("day", claim.text[start:end], cited.text[mention.start : mention.end], cited)
                return


def _starts_in(mention: DateMention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= mention.start < end for start, end in spans)


def _granularity(span: timedelta) -> int:
    """Return 0 for a day, 1 for a week or so, 2 for a month or season, 3 for more."""
    return sum(span.days > limit for limit in (0, 9, 92))


def _is_dateline(text: str, start: int) -> bool:
    return "—" in text[start : start + 40] and text[: max(1, start)].strip(" ,").isupper()


def _dates_of(cited: Citation) -> Sequence[DateMention]:
    return cited.dates or dates_of(cited.text, cited.article.published)


def _names(claim: Claim, cited: Citation) -> Iterator[Differing]:
    """Yield names that the sentence does not hold, beside the name that stands in their place."""
    missing = {token.start for token in missing_words(claim)}
    own = _known(claim.text)
    for name in find_names(claim.text):
        words = [token for token in name.tokens if token.folded not in TITLES | COURTESY]
        if not words or not all(token.start in missing for token in words) or _is_common(name):
            continue
        near = _near(claim.text, name.start, name.end)
        others = [
            other
            for other in find_names(cited.text)
            if not any(own.holds(token) for token in other.tokens) and not _is_common(other)
        ]
        scored = [(len(near & _near(cited.text, other.start, other.end)), other) for other in others]
        shared, chosen = max(scored, key=lambda pair: pair[0], default=(0, None))
        if chosen is not None and shared:
            said = claim.text[name.start : name.end]
            yield _differing("name", said, cited.text[chosen.start : chosen.end], cited)


def _is_common(name: Name) -> bool:
    """Whether it may be no name at all, only the first word of a sentence."""
    return name.opening and len(name.tokens) == 1


def _opposites(claim: Claim, cited: Citation) -> Iterator[Differing]:
    if clash := find_clash(claim.text, (cited.text,)):
        yield _differing("word", clash.said, clash.source, cited)


def _differing(kind: str, said: str, archive: str, cited: Citation) -> Differing:
    return Differing(kind=kind, said=said, archive=archive, evidence=without_number(cited))


def turned_words(text: str, cited: Citation) -> tuple[Differing, ...]:
    """Return the words that a claim has in other places than a sentence which it repeats nearly word for word.

    "Police hurled bricks as protesters used tear gas" where the sentence has it the other way round, and "the worst"
    for "one of the worst".
    """
    turned = turned_round(text, cited.text)
    if turned is None:
        return ()
    differing = [_differing("word", said, there, cited) for said, there in turned[:1]]
    return (*differing, *_raised(text, cited))


def _raised(text: str, cited: Citation) -> Iterator[Differing]:
    """Yield "the worst" where the sentence has "one of the worst"."""
    for match in _ONE_OF.finditer(cited.text):
        said = re.search(rf"\bthe {re.escape(match[1])}\b", text, re.IGNORECASE)
        if said and not re.search(r"\b(?:of|among) the $", text[: said.end() - len(match[1])], re.IGNORECASE):
            yield _differing("word", said[0], match[0], cited)


def word_differences(text: str, cited: Citation) -> tuple[Differing, ...]:
    """Return the words of a claim that a sentence lacks, each beside the one of its own that stands in like company.

    Where no word stands in the place of another, all that either lacks; the whole of both when the claim lacks none.
    """
    found = []
    own = _unheld_tokens(cited.text, text)
    for token in _unheld_tokens(text, cited.text):
        near = _near(text, token.start, token.end)
        alike = (other for other in own if other.text[0].isdigit() == token.text[0].isdigit())
        scored = [(len(near & _near(cited.text, other.start, other.end)), other) for other in alike]
        shared, other = max(scored, key=lambda pair: pair[0], default=(0, None))
        if other is not None and shared:
            found.append(_differing("word", token.text, other.text, cited))
            own.remove(other)
    if found or (found := list(_other_small_words(text, cited))):
        return tuple(found[:_WORDS])
    said = ", ".join(unheld(text, cited.text))
    there = ", ".join(unheld(cited.text, text)) if said else ""
    return (_differing("words", clipped(said or text), clipped(there or cited.text), cited),)


def _other_small_words(text: str, cited: Citation) -> Iterator[Differing]:
    """Yield words such as "before" for "after" and "all" for "some", each where all around it is alike."""
    own, there = tokens(text), tokens(cited.text)
    known = {token.folded for token in there} | _SAYING_LITTLE
    matcher = SequenceMatcher(None, [t.folded for t in own], [t.folded for t in there], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "replace" and b - a <= _SMALL and d - c <= _SMALL and any(t.folded not in known for t in own[a:b]):
            said, other = text[own[a].start : own[b - 1].end], cited.text[there[c].start : there[d - 1].end]
            yield _differing("word", said, other, cited)


def unheld(text: str, source: str) -> tuple[str, ...]:
    """Return the content words of a text that another lacks, each once."""
    return tuple(dict.fromkeys(token.text for token in _unheld_tokens(text, source)))


def _unheld_tokens(text: str, source: str) -> list[Token]:
    stems = {token.stem for token in content_words(source)}
    return [token for token in content_words(text) if token.stem not in stems]


@lru_cache(maxsize=512)
def _near(text: str, start: int, end: int) -> frozenset[str]:
    """Return the stems of the content words around a span."""
    words: Sequence[Token] = content_words(text)
    before = [token for token in words if token.end <= start][-_NEAR:]
    after = [token for token in words if token.start >= end][:_NEAR]
    return frozenset(token.stem for token in (*before, *after) if not token.text[0].isdigit())
