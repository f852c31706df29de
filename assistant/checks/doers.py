"""Who does it: a statement must not give the deed of one to another who stands in the same sentence.

Every word of "The bank failed." stands, in this order, in "The bank that lent the money survived, but its rival
failed.", and shared words are what most checks count. So the subject of a statement's first verb is held against the
subject of the same verb in each source; and two words of a statement may not have changed places: "Police hurled bricks
as demonstrators used tear gas" of a sentence that has it the other way round. `repeats` and `turned_round` say the same
of a text that is nearly a copy of one sentence.

Where two names adjoin a verb in both ("Lind sued Orr", "Orr was sued by Lind", "Lind lost to Orr") the rule is certain;
so it is of a name said to win of which the sources only tell to whom it lost. None of RAGTruth's 4,646 faithful
statements and none of 300 true minimal pairs is one of these.

The others are guesses, so they make a statement doubted, and a reader that is sure may overrule them. They doubt 26
of 4,504 faithful statements of RAGTruth, five of which are no longer shown for it, and 5 of 293 true minimal pairs, one
of which is not; of the false pairs 12, three of which had been shown.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding
from assistant.checks.dates import dates_in
from assistant.checks.entities import identified_words
from assistant.english.names import Name, find_names
from assistant.english.numbers import find_numbers
from assistant.english.words import (
    BEFORE_VERB,
    CLAUSE_WORDS,
    LONGEST,
    NEGATIONS,
    SPEECH_STEMS,
    VERBS,
    Token,
    clipped,
    content_words,
    is_past,
    listed,
    stem,
    tokens,
    word_set,
)
from assistant.records import Verdict

_BE = word_set("is are was were be been being am")
_RELATIVE = word_set("who which that")
# Behind one of these stands no subject ("a bus station in Gombe killed five") but what belongs to one.
_PREPOSITIONS = word_set(
    "at by of in on for with from near over to under after before against into about between during than as across"
)
_LINKS = word_set("or nor if when where that who which then so")
_MARKS = frozenset(',;:—–()“”"')
_FIRST = 9  # words of a statement among which its verb is looked for
_PHRASE = 4  # words before the last one of a subject that may belong to it
_FEWEST, _MOST = 3, 40  # content words of a statement whose order is looked at
_BLOCK = 3  # words that change places together, at most
_LONGEST_SOURCE = 100  # content words of a source in which they are looked for: the work grows with it
_REPEATED = 0.7  # share of the words of a text that a sentence has in their order, of which it is nearly a copy
_LONGEST_COPY = 120  # words of such a text
_ARTICLES = word_set("a an the")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LISTED = re.compile(r",?\s(?:(?:and|or|&)\s)?(?:(?:an?|the)\s)?")
_RANKS = re.compile(
    r"\b(?:first|last|only|most|least|second|third|all|every|both|no|not|never|\w{3,}est)\b", re.IGNORECASE
)
# Where one of these stands, another order says the same, or a subject may be named behind.
_TURNS = word_set("with between met meet meets married joined alongside respectively")
_VERBS = listed("verbs_without_ending")
# What one does to the other, the other does to the one.
_MUTUAL = word_set(
    "met meet meets married marry wed joined join joins faced face faces played play plays drew draw draws tied ties"
    " fought fight fights battled debated borders divorced equals resembles resembled matched matches kissed hugged"
    " embraced knew knows"
)
_LOSE = stem("lose")
_WINNING = frozenset(map(stem, word_set("win victory beat defeat triumph champion title trophy crown medal prevail")))
_BEAT = dict.fromkeys(("beats", "beaten", "defeated", "defeats"), "beat")


def check_doers(claim: Claim) -> list[Finding]:
    """A finding where somebody else does it, or where two words have changed places."""
    return [*_turned_deed(claim), *_lost(claim), *_other_subject(claim), *_changed_places(claim)][:1]


def _lost(claim: Claim) -> Iterator[Finding]:
    """A certain finding where a name is said to win of which the sources only tell to whom it lost.

    Parts may be won by who lost the whole: "the first set", "40 per cent"; so nothing is said of a claim with a figure.
    """
    told = {t.stem for words in claim.sources.tokens for t in words}
    if told & _WINNING or any(not _YEAR.fullmatch(claim.text, n.start, n.end) for n in find_numbers(claim.text)):
        return
    losers = {name for words in claim.sources.tokens for name in _before(words, "lost", "to")}
    for name in _before(tokens(claim.text), "won", "the"):
        if name in losers:
            told_of = f"told as won, but {claim.sources.that('say')} who lost: “{clipped(claim.text)}”"
            yield Finding(Verdict.UNSUPPORTED, told_of, certain=True)


def _before(words: Sequence[Token], verb: str, behind: str) -> Iterator[str]:
    """Yield the last word, folded, of each name before this verb with this word behind it and nothing denied."""
    for i, (token, following) in enumerate(pairwise(words)):
        if (token.folded, following.folded) == (verb, behind):
            head = _back(words, i - 1)
            if head >= 0 and words[head].capital and not any(t.folded in NEGATIONS for t in words[head:i]):
                yield words[head].folded


class _Deed(NamedTuple):
    """What one of two names does to the other, both beside the verb; each is its last word, folded."""

    verb: str  # its stem; "beat" for all that win against
    doer: str
    other: str


def _turned_deed(claim: Claim) -> Iterator[Finding]:
    """A certain finding where the sources have two names in each other's places beside one verb, or one of them not.

    One name on both sides is what is left of "when they made Ilka Brandt" with the wrong name for "they".
    """
    known = {deed for source in claim.sources.texts for deed in _deeds(source)}
    for deed in _deeds(claim.text):
        if deed not in known and _Deed(deed.verb, deed.other, deed.doer) in known:
            told = f"{claim.sources.that('say')} it the other way round: “{clipped(claim.text)}”"
            yield Finding(Verdict.UNSUPPORTED, told, certain=True)
        elif deed not in known and deed.doer == deed.other:
            told = f"not in the {claim.sources.noun}, one name before and behind a verb: “{clipped(claim.text)}”"
            yield Finding(Verdict.UNSUPPORTED, told, certain=True)


@lru_cache(maxsize=256)
def _deeds(text: str) -> tuple[_Deed, ...]:
    """Return who does what to whom where nothing else stands between: "Lind sued Orr", "Orr was sued by Lind"."""
    words, found = tokens(text), list[_Deed]()
    starts = [t.start for t in words]
    for one, other in pairwise(find_names(text)):
        inside = words[bisect_left(starts, one.end) : bisect_left(starts, other.start)]
        between = [t for t in inside if t.folded not in _ARTICLES]
        names = one.tokens[-1].folded, other.tokens[-1].folded
        if any(mark in _MARKS for mark in text[one.end : other.start]) or _may_be_two(one, other):
            continue
        if verb := _verb_between(between):
            doer, done_to = reversed(names) if _turns(between) else names
            found.append(_Deed(verb, doer, done_to))
    return tuple(found)


def _may_be_two(*names: Name) -> bool:
    """Whether two names that end alike may be of two persons: "Maria Lind" and "Johan Lind", or "Lind" and "Lind"."""
    one, other = ([t.folded for t in name.tokens] for name in names)
    return one[-1] == other[-1] and not (one == other and len(one) > 1)


def _turns(between: Sequence[Token]) -> bool:
    """Whether the name behind these words does what is done to the one before them: "was sued by", "lost to"."""
    return between[-1].folded in {"by", "to"}


def _verb_between(between: Sequence[Token]) -> str:
    """Return the stem of the only verb between two names that it adjoins, "" where there is more or none."""
    words = [t for t in between[:-1] if t.folded not in BEFORE_VERB and not t.folded.endswith("ly")]
    words += between[-1:]
    passive = any(t.folded in _BE for t in between)
    if not words or any(t.folded in NEGATIONS for t in between):
        return ""
    if len(words) == 2 and words[0].stem == _LOSE and words[1].folded == "to" and not passive:
        return "beat"
    by = words[-1].folded == "by"
    verbs = words[:-1] if by else words
    if len(verbs) != 1 or passive is not by or not _is_deed(verbs[0]):
        return ""
    return _BEAT.get(verbs[0].folded, verbs[0].stem)


def _is_deed(token: Token) -> bool:
    """Whether a word between two names may be a verb whose sides differ."""
    word = token.folded
    return word not in _MUTUAL | _BE and (
        is_past(token) or word in VERBS | _VERBS or (word.endswith("s") and word not in _PREPOSITIONS)
    )


def _other_subject(claim: Claim) -> Iterator[Finding]:
    words = tokens(claim.text)
    verb = next((i for i, t in enumerate(words[: _FIRST + 1]) if i and t.content and is_past(t)), 0)
    head = _back(words, verb - 1)
    if not verb or head < 0 or not words[head].content:
        return
    own, passive = words[: head + 1], _is_passive(words, verb)
    stems = {t.stem for t in own if t.content}
    doers = [_doer(source, words[verb].stem, stems, passive=passive) for source in claim.sources.texts]
    found = [doer for doer in doers if doer is not None]
    if found and all(found) and words[head].stem in claim.sources.stems:
        told = f"“{clipped(claim.text[: words[verb].end])}”, but {claim.sources.that('say')} it of “{found[0]}”"
        yield Finding(Verdict.UNSUPPORTED, told)


def _doer(source: str, verb: str, own: set[str], *, passive: bool) -> str | None:
    """Return who does it in a sentence: a word, "" where it is one of `own` or not known, None where nobody does it."""
    words, named = tokens(source), None
    for place in (i for i, word in enumerate(words) if word.stem == verb):
        head = _back(words, place - 1)
        relative = head > 0 and words[head].folded in _RELATIVE
        head = _back(words, head - 1) if relative else head
        if head < 0 or _is_passive(words, place) is not passive or not own & {t.stem for t in words}:
            return ""
        phrase = _phrase(source, words, head)
        known = words[head].content and not is_past(words[head]) and not own & {t.stem for t in phrase}
        apart = not relative and _parts(source, words[head], words[head + 1])
        if not known or apart or (not relative and any(t.folded in _PREPOSITIONS for t in phrase)):
            return ""
        named = words[head].text
    return named


def _phrase(source: str, words: Sequence[Token], head: int) -> Sequence[Token]:
    """Return the words that may belong to a subject with its last one, from the left."""
    first = head
    while first > 0 and head - first < _PHRASE and not _parts(source, words[first - 1], words[first]):
        word = words[first - 1]
        if is_past(word) or word.folded in CLAUSE_WORDS | _LINKS:
            break
        first -= 1
    return words[first : head + 1]


def _parts(source: str, word: Token, following: Token) -> bool:
    """Whether a mark stands between two words."""
    return any(mark in _MARKS for mark in source[word.end : following.start])


def _back(words: Sequence[Token], place: int) -> int:
    """Return the place of the last word before a verb that is no adverb or helping verb, from `place` back."""
    while place >= 0 and (words[place].folded in BEFORE_VERB - _RELATIVE or words[place].folded.endswith("ly")):
        place -= 1
    return place


def _is_passive(words: Sequence[Token], verb: int) -> bool:
    """Whether a form of "be" stands among the helping verbs before a verb."""
    return any(t.folded in _BE for t in words[_back(words, verb - 1) + 1 : verb])


def _changed_places(claim: Claim) -> Iterator[Finding]:
    own = content_words(claim.text)
    texts = [tuple(t.stem for t in content_words(source)) for source in claim.sources.texts]
    stems = tuple(t.stem for t in own)
    if not _FEWEST <= len(own) <= _MOST or any(stands_in_order(stems, text) for text in texts):
        return
    for text, source in zip(texts, claim.sources.texts, strict=True):
        if len(text) > _LONGEST_SOURCE or _may_turn(claim.text, source):
            continue
        if set(stems) <= set(text) and (pair := _exchanged(stems, text)):
            groups = [[own[i] for i in places] for places in pair]
            between = (t.folded for t in tokens(claim.text) if groups[0][-1].end <= t.start < groups[1][0].start)
            if not _comparable(claim, *groups) or not (_MUTUAL | NEGATIONS).isdisjoint(between):
                return
            if _is_list(claim.text, own[pair[0].start : pair[1].stop]):
                return
            one, other = (" ".join(t.text for t in group) for group in groups)
            yield Finding(Verdict.UNSUPPORTED, f"exchanged: “{clipped(one)}” and “{clipped(other)}”")
            return


def _comparable(claim: Claim, one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether both are names or years, or both other words than verbs and figures (see `figures` for those).

    The capital that opens a sentence makes no name of a word that has a small letter in a source or a statement.
    """
    small = {t.stem for words in (tokens(claim.text), *claim.sources.tokens) for t in words if not t.capital}
    kinds = {
        any((t.capital and t.stem not in small) or _YEAR.fullmatch(t.text) for t in group) for group in (one, other)
    }
    words = (*one, *other)
    figures = any(t.text[0].isdigit() and not _YEAR.fullmatch(t.text) for t in words)
    return (
        len(kinds) == 1 and not figures and not any(is_past(t) or (t.folded in VERBS and not t.capital) for t in words)
    )


def _may_turn(text: str, source: str) -> bool:
    """Whether a word of either lets another order say the same: "by" where only one of them has it."""
    own, there = ([t.folded for t in tokens(words)] for words in (text, source))
    return not _TURNS.isdisjoint((*own, *there)) or own.count("by") != there.count("by")


def _is_list(text: str, words: Sequence[Token]) -> bool:
    """Whether these words are the members of a list, whose order says nothing: "Lind, Orr and Vale"."""
    gaps = [_LISTED.fullmatch(text, a.end, b.start) for a, b in pairwise(words)]
    if not all(gaps) or not any(gap and gap[0].strip() for gap in gaps):
        return False
    named = words[0].capital and words[-1].capital
    return not any((named and not t.capital) or is_past(t) or t.folded in VERBS | _VERBS for t in words)


def is_excerpt(claim: Claim) -> bool:
    """Whether one cited sentence holds every word of a statement, in this order, with others between.

    Words that complete a name, and days that the sources bear out, need not be there; "Lind said that it rained" is
    held by "It rained, Lind said." A word of rank or number decides too much: "the first to qualify" is not said by
    "the first woman to qualify".
    """
    if _RANKS.search(claim.text):
        return False
    named, days = identified_words(claim), dates_in(claim).proven
    own = [t for t in tokens(claim.text) if t.start not in named and not any(a <= t.start < b for a, b in days)]
    own = [t for t in own if t.folded not in _ARTICLES]
    if len(own) < _FEWEST:
        return False
    held = [[t.folded for t in tokens(c.text[:LONGEST])] for c in claim.sources.cited]
    return any(stands_in_order(words, source) for words in _orders(own) for source in held)


def _orders(own: Sequence[Token]) -> Iterator[list[str]]:
    """The words of a statement, and where somebody says it, with whoever says it behind."""
    words = [t.folded for t in own]
    yield words
    verb = next((i for i, t in enumerate(own[:_FIRST]) if i and t.stem in SPEECH_STEMS), 0)
    if verb:
        said = words[verb + 1 :]
        said = said[1:] if said[:1] == ["that"] else said
        yield [*said, *words[: verb + 1]]
        yield [*said, words[verb], *words[:verb]]


def stands_in_order(words: Sequence[str], text: Sequence[str]) -> bool:
    """Whether all words stand in a text one after the other, with whatever between."""
    left = iter(text)
    return all(word in left for word in words)


def repeats(text: str, source: str) -> bool:
    """Whether a text is made of a sentence's words in their order, with nothing but left out."""
    return stands_in_order([t.stem for t in tokens(text)], [t.stem for t in tokens(source)])


def turned_round(text: str, source: str) -> list[tuple[str, str]] | None:
    """Return the words of a text in each other's places, each beside those of a sentence that stand there.

    None where the text does not repeat the sentence nearly word for word. Other words may differ, unlike in
    `check_doers`.
    """
    own, there = tokens(text), tokens(source)
    found = SequenceMatcher(None, [t.folded for t in own], [t.folded for t in there], autojunk=False)
    if len(own) > _LONGEST_COPY or sum(block.size for block in found.get_matching_blocks()) < _REPEATED * len(own):
        return None
    edits = [(own[a:b], there[c:d]) for tag, a, b, c, d in found.get_opcodes() if tag == "replace"]
    turned = [(x, y) for (x, y), (u, v) in combinations(edits, 2) if _stems(x) == _stems(v) and _stems(y) == _stems(u)]
    return [(_span(text, x), _span(source, y)) for x, y in turned if _stems(x) and _stems(y)]


def _stems(words: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.stem for token in words if token.content)


def _span(text: str, words: Sequence[Token]) -> str:
    return text[words[0].start : words[-1].end]


def _exchanged(own: Sequence[str], text: Sequence[str]) -> tuple[range, range] | None:
    """Return the places of two groups of words that only have to change places to stand in order in the text."""
    left = iter(text)
    held = next(
        (i for i, word in enumerate(own) if word not in left), len(own)
    )  # words that stand in order as they are
    for start, length, other in product(range(held + 1), range(1, _BLOCK + 1), range(1, _BLOCK + 1)):
        for second in range(max(start + length, held - other) + 1, len(own) - other + 1):
            first, then = own[start : start + length], own[second : second + other]
            turned = (*own[:start], *then, *own[start + length : second], *first, *own[second + other :])
            if first != then and stands_in_order(turned, text):
                return range(start, start + length), range(second, second + other)
    return None
