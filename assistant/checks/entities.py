"""Named entities: every name in the statement must be in a cited sentence, or be the outlet or author of its article.

A name may be shorter than in the source ("Lind" for "Maria Lind"). Courtesy titles, short forms of titles, demonyms and
initials ("ICC") are allowed for. A first name and a surname that the source never joins are not a name.

A name may be longer than in the cited sentence, which may even have only a pronoun, when the article says who is meant:
a reader of "Cherry, a detective …" under the headline "Patrick Cherry suspended" knows, and so does this check. The
title, the other offered sentences of the same article and the sentence before may say who somebody is; they prove
nothing else. A place or a body that only the headline names is not in the cited sentence.

Offices: a statement that calls somebody "governor" needs a cited sentence that does, or the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding, Sources
from assistant.checks.figures import sorted_numbers
from assistant.english.names import COURTESY, KnownNames, Name, find_names, is_held
from assistant.english.words import (
    PERSON_PRONOUNS,
    SPEECH_STEMS,
    TITLES,
    Token,
    clipped,
    stem,
    tokens,
    word_list,
    word_set,
)
from assistant.records import Verdict

_OFFICES = frozenset(map(stem, word_list("offices")))

_OPENING = 2  # words of a sentence among which a pronoun must stand to point to the sentence before
_INSIDE = word_set("in of at from near on to by with for the and")  # a name after these is hardly who acts
_DOMAIN = word_set("the www com org net co uk")  # parts of an outlet's name or address that are not spoken

_COMMON_ENDINGS = word_list("endings_of_common_words")


def check_entities(claim: Claim) -> list[Finding]:
    """The findings on names and on offices."""
    return [*check_names(claim), *check_offices(claim)]


def check_names(claim: Claim) -> list[Finding]:
    """A finding for every name, or part of one, that the cited sentences do not hold and nothing around completes."""
    findings: list[Finding] = []
    for name in _names_in(claim):
        if not name.identified:
            findings += _check(claim.text, name.name, name.missing, claim.sources.known, claim.sources)
    return findings


def missing_words(claim: Claim) -> list[Token]:
    """The words of names that are not there."""
    return [token for name in _names_in(claim) if not name.identified for token in name.missing]


def identified_words(claim: Claim) -> frozenset[int]:
    """Where the words of names begin that the cited sentences lack and what stands around them completes."""
    return frozenset(token.start for name in _names_in(claim) if name.identified for token in name.missing)


class _NameInClaim(NamedTuple):
    """A name that the sources do not hold as a whole under another name."""

    name: Name
    missing: tuple[Token, ...]  # its words that are not there; none when all are, one by one
    identified: bool  # some are missing, and what stands around the cited sentences completes it


@lru_cache(maxsize=16)
def _names_in(claim: Claim) -> tuple[_NameInClaim, ...]:
    known, found = claim.sources.known, []
    counted = [(number.start, number.end) for number in sorted_numbers(claim)[0]]  # "Twelve" for "a dozen"
    for name in find_names(claim.text):
        if not known.holds_together(name):
            missing = tuple(t for t in name.tokens if not known.holds(t) and not _is_in(t, counted))
            found.append(_NameInClaim(name, missing, bool(missing) and is_identified(name, claim.sources)))
    return tuple(found)


def _is_in(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


def _check(text: str, name: Name, missing: tuple[Token, ...], known: KnownNames, sources: Sources) -> Iterator[Finding]:
    opener = name.opening and missing[:1] == name.tokens[:1]
    sure = missing[1:] if opener else missing
    if sure:
        words = name.tokens if len(missing) == len(name.tokens) else sure
        yield _missing(text[words[0].start : words[-1].end], sure, sources)
    elif opener:
        yield from _check_opener(text, missing[0], len(name.tokens) > 1, known, sources)
    elif any(_stitched(a, b, known) for a, b in zip(name.tokens, name.tokens[1:], strict=False)):
        said = clipped(text[name.start : name.end])
        yield Finding(Verdict.PARTLY, f"this name is not in the {sources.noun} as it is written: “{said}”")


def _missing(said: str, words: Sequence[Token], sources: Sources) -> Finding:
    """The title, or a sentence of the same article that was offered but is not cited, may hold the name."""
    if sources.titles and all(map(KnownNames(sources.titles).holds, words)):
        return Finding(Verdict.PARTLY, f"the name is in the title, not in the {sources.noun}: “{clipped(said)}”")
    articles = {c.article.id for c in sources.cited}
    for other in sources.others:
        known = KnownNames((other.text,))
        if all(known.holds(word) for word in words):
            verdict = Verdict.PARTLY if other.article.id in articles else Verdict.UNSUPPORTED
            return Finding(verdict, f"the name is in [{other.number}], not in {sources.label}: “{clipped(said)}”")
    return Finding(Verdict.UNSUPPORTED, f"not in the {sources.noun}: “{clipped(said)}”")


def _check_opener(text: str, token: Token, long: bool, known: KnownNames, sources: Sources) -> Iterator[Finding]:
    """The first word of a sentence has a capital letter anyway: it is judged by what follows it and by its ending."""
    if token.stem in known.stems or (not long and _written_small(token, sources)):
        return
    common = token.folded.endswith(_COMMON_ENDINGS) and not long
    speaks = _next_stem(text, token) in SPEECH_STEMS
    if speaks or long or not common:
        found = _missing(token.text, [token], sources)
        yield found if speaks and not common else replace(found, verdict=Verdict.PARTLY)


def _written_small(token: Token, sources: Sources) -> bool:
    """Whether an offered sentence has the word in small letters: then it is a common word."""
    stems = (other.stem for c in sources.others for other in tokens(c.text) if not other.capital)
    return token.stem in stems


def _next_stem(text: str, token: Token) -> str:
    following = (other.stem for other in tokens(text) if other.start > token.start)
    return next(following, "")


def _stitched(left: Token, right: Token, known: KnownNames) -> bool:
    """Whether the source gives both words to other names: "Maria Lind" out of "Maria Okafor" and "Johan Lind"."""
    after: list[list[str]] = []
    before: list[list[str]] = []
    for run in known.runs:
        words = [token.folded for token in run.tokens]
        for i, word in enumerate(words):
            if word == left.folded:
                if right.folded in words[i + 1 :]:
                    return False
                after.append(words[i + 1 : i + 2])
            if word == right.folded:
                before.append(words[:i])
    return bool(after) and all(after) and any(before)


def is_identified(name: Name, sources: Sources) -> bool:
    """Whether a name that the cited sentences do not hold as a whole is told by what stands around them."""
    own = [token.folded for token in name.tokens if token.folded not in COURTESY]
    known = {token.folded for words in sources.tokens for token in words}
    own = [word for word in own if not (word in TITLES and word in known)]
    if not own or _is_publisher(own, sources):
        return True
    return _is_completed(own, sources) or any(_within(own, run) for run in _pointed_to(sources))


def _is_publisher(own: list[str], sources: Sources) -> bool:
    """Whether it is the outlet or an author of a cited article, or the end of that name: "the Post"."""
    for publisher in sources.publishers:
        words = [token.folded for token in tokens(publisher) if token.folded not in _DOMAIN]
        if words[-len(own) :] == [word for word in own if word not in _DOMAIN]:
            return True
    return False


def _is_completed(own: list[str], sources: Sources) -> bool:
    """Whether a cited sentence has a part of the name, and the article joins that part to the rest of it, always."""
    shorts = [short for text in sources.texts for short in _names(text)]
    wholes = [whole for text in sources.around for whole in _names(text)]
    for short in shorts:
        if set(short) & set(own) and set(short) <= set(own):
            bearers = [whole for whole in wholes if _within(short, whole) and len(whole) > len(short)]
            fitting = [_within(own, whole) or _within(whole, own) for whole in bearers]
            if any(_within(own, whole) for whole in bearers) and all(fitting):
                return True
    return False


def _names(text: str) -> Iterator[list[str]]:
    """The names of a text as folded words, without courtesy titles and offices."""
    for name in find_names(text):
        if words := [t.folded for t in name.tokens if t.folded not in COURTESY and t.folded not in TITLES]:
            yield words


def _pointed_to(sources: Sources) -> Iterator[list[str]]:
    """The names that the pronouns of cited sentences stand for: the only one that may act in the sentence before."""
    for citation in sources.cited:
        if citation.before and _points_back(citation.text):
            acting = [name for name in find_names(citation.before) if _acts(citation.before, name)]
            if len(acting) == 1:
                yield [token.folded for token in acting[0].tokens]


def _points_back(text: str) -> bool:
    """Whether a pronoun opens the sentence ("He left") or says it ("…, he said"), and no person is named before it."""
    words = tokens(text)
    opening = [token for token in words[:_OPENING] if token.folded in PERSON_PRONOUNS]
    saying = [a for a, b in pairwise(words) if a.folded in {"he", "she"} and b.stem in SPEECH_STEMS]
    first = min((token.start for token in (*opening, *saying)), default=0)
    return bool(opening or saying) and not any(name.start < first for name in find_names(text))


def _acts(text: str, name: Name) -> bool:
    before = [token.folded for token in tokens(text[: name.start])]
    return not before or before[-1] not in _INSIDE


def _within(words: list[str], others: list[str]) -> bool:
    """Whether `others` hold all of `words`, in their order."""
    rest = iter(others)
    return all(word in rest for word in words)


def check_offices(claim: Claim) -> list[Finding]:
    """A finding for the first office that neither the cited sentences name nor the titles and sentences before them."""
    sources = claim.sources
    texts = (*sources.texts, *sources.titles, *(c.before for c in sources.cited))
    stems = {token.stem for source in texts for token in tokens(source)}
    known = KnownNames(texts)
    for token in tokens(claim.text):
        if token.stem in _OFFICES and not is_held(token, stems, known):
            return [Finding(Verdict.PARTLY, f"nobody is called “{token.text}” in the {sources.noun}")]
    return []
