"""Contradiction by negation and direction: a statement must not say the opposite of the sentence that shares its words.

Three signs are looked for, each between a word of the statement and the place in the sources whose neighbours share the
most words with it: opposite words ("rose", "fell"), a word and its negative ("likely", "unlikely"), and a negation on
one side only ("approved", "did not approve"). Two signs on one word cancel each other: "did not reject" is no
contradiction of "approved".

Three more make a statement partly supported: it denies something where no source denies anything, it tells as done
what a source says will be done, or as lasting what somebody "used to" do. On RAGTruth the first two mark 2 of
4,646 faithful statements that nothing else marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from assistant.checks.claim import Claim, Finding, Sources
from assistant.english.words import (
    AXES,
    CLAUSE_WORDS,
    DENYING,
    FALSEHOODS,
    FUTURE_VERBS,
    LONGEST,
    NEGATIONS,
    PERHAPS,
    PLAIN_NEGATIONS,
    PLANNED,
    PREFIXES,
    SAME_SIDE,
    SPEECH_STEMS,
    Token,
    clipped,
    is_past,
    stem,
    tokens,
    word_set,
)
from assistant.records import Verdict

_DENIED = 2  # content words after a negation that it denies
_DENIED_BY_FALSEHOOD = 8  # the same, after a word such as "falsehood": most of a clause
_DOUBTED = 1  # content words after a word of doubt that it makes doubtful: the verb
_NEAR = 7  # words on either side that tell what a word is about
_SAME_COMPANY = 0.34  # share of the smaller company that two words must have in common to be about one thing
_SURE_COMPANY = 0.6  # the same, to be sure of it: below, a clash is told as a possibility
_MOST = 60  # words of a statement that are looked up: enough for any sentence
_DENYING_PREFIXES = ("un", "non", "dis")  # "in" begins too many words
_LONGEST_PREFIX = 3
_CLAUSE_MARKS = frozenset(",;:.!?—–()")
_PRESENT = re.compile(
    r"\b(?:is|are|has|have|was|were|been) (?:now|already)\b|\b(?:now|already) (?:is|are|has|have)\b", re.I
)
_FUTURE = re.compile(r"\b(?:will|would|could|(?-i:may)|might|to be|plans? to|set to)\b", re.I)
_ENDS = re.compile(r"[.!?:“\"‘•\n]")  # before a word that opens a sentence
_AIM = re.compile(
    r"\b(?:is|are) (?:(?:now|back|currently) )?(?:at|in|on|due|heading|headed|travell?ing)\b"
    r"[^,;:.!?—]{0,80}? to (?:\w+ly )?(\w+)"
)
_USED_TO = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )(?<!\bget )\bused to (?:\w+ly )?(\w+)")
_PAST_MARKS = word_set("used once formerly previously was were had did")
_HERE = re.compile(r"\b(?:now|already|currently|today)\b", re.I)


class ContentWord(NamedTuple):
    """A content word where it stands."""

    token: Token
    negated: bool
    clause_denies: bool  # a negation stands somewhere in its clause
    doubt: str  # the word of doubt or planning before it, folded ("may", "plans", "allegedly"), "" when there is none
    near: frozenset[str]  # stems of the content words around it in its clause, adverbs left out


class _Scope(NamedTuple):
    """What reaches a word from before it."""

    clause: int  # number of its clause
    negated: bool
    doubt: str


class Clash(NamedTuple):
    """A word of the statement and the word of a source that says the opposite."""

    said: str
    source: str
    sure: bool  # the words around them are so much alike that both must speak of one thing


def check_polarity(claim: Claim) -> list[Finding]:
    """Findings for the first contradiction, and for a fact made of what the source calls possible."""
    text, sources = claim.text, claim.sources
    clash = find_clash(text, sources.texts)
    if clash:
        shown = f"“{clipped(clash.said)}”, but {sources.that('say')} “{clipped(clash.source)}”"
        if clash.sure:
            return [Finding(Verdict.UNSUPPORTED, f"says the opposite: {shown}")]
        return [Finding(Verdict.PARTLY, f"may say the opposite: {shown}")]
    told = next(_told_otherwise(text, sources), "")
    return [Finding(Verdict.PARTLY, told)] if told else []


def _told_otherwise(text: str, sources: Sources) -> Iterator[str]:
    """Yield what is wrong with a statement that makes a fact of a possibility, of what will be or of what was."""
    that = sources.that("say")
    if doubt := find_doubt(text, sources.texts):
        yield f"stated as a fact, but {that} “{clipped(doubt)}”"
    if ahead := find_future(text, sources.texts):
        yield f"told as done, but {that} that it will be: “{clipped(ahead)}”"
    if past := find_past(text, sources.texts):
        yield f"told as lasting, but {that} that it is over: “{clipped(past)}”"
    if denial := find_denial(text, sources.texts):
        yield f"nothing is denied in the {sources.noun}: “{clipped(denial)}”"


def find_clash(text: str, sources: Sequence[str]) -> Clash | None:
    """The first word of the statement that is contradicted, with the words that contradict it."""
    known = [place for source in sources for place in content_in_context(source)]
    for place in content_in_context(text)[:_MOST]:
        clash = _opposite(place, known) or _one_sided_negation(place, known)
        if clash:
            return clash
    return None


def find_doubt(text: str, sources: Sequence[str]) -> str:
    """The word that makes a possibility of what the statement says flatly, "" when there is none."""
    own = tokens(text)
    hedged = any(_is_doubt(text, own, i) for i in range(len(own)))
    if hedged or any(token.stem in SPEECH_STEMS for token in own):
        return ""
    doubts = PERHAPS if any(token.folded == "will" for token in own) else PLANNED | PERHAPS
    for source in sources:
        certain = {place.token.stem for place in content_in_context(source) if place.doubt not in doubts}
        unsure = {place.token.stem: place.doubt for place in content_in_context(source) if place.doubt in doubts}
        shared = [t.stem for t in own if t.content and t.stem in unsure and t.stem not in certain]
        if shared:
            return unsure[shared[0]]
    return ""


def find_future(text: str, sources: Sequence[str]) -> str:
    """The word that tells as done what a source says will be done ("was opened", "will be opened"), "" for none."""
    said = [tokens(source) for source in sources]
    ahead = {token.stem for words in said for token in _announced(words)}
    ahead -= {t.stem for words in said for t in words if t.stem in ahead and t not in _announced(words)}
    own = tokens(text)
    told = (t for i, t in enumerate(own) if t.stem in ahead and is_past(t) and not _is_ahead(own[max(0, i - 4) : i]))
    return next((token.text for token in told), "") or _intended(own, said, sources) or _told_as_present(text, sources)


def _intended(own: Sequence[Token], said: Sequence[Sequence[Token]], sources: Sequence[str]) -> str:
    """The word that tells as done what somebody is somewhere to do ("met", "is in Orrin to meet"), "" for none."""
    aims = {stem(found[1].casefold()) for source in sources for found in _AIM.finditer(source, 0, LONGEST)}
    aims -= {token.stem for words in said for token in words if is_past(token)}
    told = (t for i, t in enumerate(own) if t.stem in aims and is_past(t) and not _is_ahead(own[max(0, i - 4) : i]))
    return next((token.text for token in told), "")


def _told_as_present(text: str, sources: Sequence[str]) -> str:
    """The words that tell as present what the sources only say of the future ("is now", "will be"), "" for none."""
    present = _PRESENT.search(text)
    if present is None or _FUTURE.search(text) or any(_HERE.search(source) for source in sources):
        return ""
    return present[0] if any(_FUTURE.search(source) for source in sources) else ""


def find_past(text: str, sources: Sequence[str]) -> str:
    """The word that tells as lasting what every source that has it says somebody "used to" do, "" for none."""
    own = tokens(text)
    over = {stem(found[1].casefold()) for source in sources for found in _USED_TO.finditer(source, 0, LONGEST)}
    if not over or any(token.folded in _PAST_MARKS for token in own):
        return ""
    told = (t for t in own if t.stem in over and not is_past(t) and not t.folded.endswith("ing"))
    return next((token.text for token in told), "")


def find_denial(text: str, sources: Sequence[str]) -> str:
    """The words from a negation on, when the statement has one and no source has a word that denies; else ""."""
    own = tokens(text)
    first = next((i for i, token in enumerate(own) if token.folded in PLAIN_NEGATIONS and _negates(own, i)), None)
    if first is None or any(_may_deny(token) for source in sources for token in tokens(source)):
        return ""
    return text[own[first].start :]


@lru_cache(maxsize=512)
def content_in_context(text: str) -> tuple[ContentWord, ...]:
    """The content words of a text and the direction words ("up", "more"), each with what stands around it."""
    words = tokens(text)
    scopes = _scopes(text, words)
    denying = {scopes[i].clause for i in range(len(words)) if _negates(words, i)}
    found = []
    for i, token in enumerate(words):
        if token.content or token.stem in AXES:
            around = [j for j in range(max(0, i - _NEAR), min(len(words), i + _NEAR + 1)) if j != i]
            near = (words[j] for j in around if scopes[j].clause == scopes[i].clause and words[j].content)
            stems = frozenset(other.stem for other in near if not other.folded.endswith("ly"))
            denies = scopes[i].clause in denying
            found.append(ContentWord(token, scopes[i].negated, denies, scopes[i].doubt, stems))
    return tuple(found)


def _scopes(text: str, words: Sequence[Token]) -> list[_Scope]:
    """For every word the clause it stands in, and whether a negation or a word of doubt before it reaches it."""
    scopes = []
    clause = deny = doubting = 0  # content words that a negation and a doubt still reach
    doubt = ""
    for i, token in enumerate(words):
        between = text[words[i - 1].end : token.start] if i else ""
        marked = len(between) > 1 and not _CLAUSE_MARKS.isdisjoint(between)  # not in "2.3" or "U.S"
        if token.folded in CLAUSE_WORDS or marked:
            clause, deny, doubting = clause + 1, 0, 0
        scopes.append(_Scope(clause, token.content and deny > 0, doubt if token.content and doubting else ""))
        if token.content:
            deny, doubting = max(0, deny - 1), max(0, doubting - 1)
        if _is_falsehood(words, i):
            deny = _DENIED_BY_FALSEHOOD
        elif _negates(words, i):
            deny = max(deny, _DENIED)
        if _is_doubt(text, words, i):
            doubt, doubting = token.folded, _DOUBTED
    return scopes


def _is_doubt(text: str, words: Sequence[Token], i: int) -> bool:
    """Whether a word makes doubtful or planned what follows; the month of May and a Ms. May do not."""
    token = words[i]
    if token.folded == "may" and token.text != "may":
        opens = i == 0 or _ENDS.search(text, words[i - 1].end, token.start) is not None
        named = not opens and token.text == "May"
        return not named and not (i + 1 < len(words) and words[i + 1].text[0].isdigit())
    return token.folded in PLANNED or token.folded in PERHAPS


def _is_falsehood(words: Sequence[Token], i: int) -> bool:
    """Whether it calls untrue what follows, as "the lie that" and "the conspiracy theory that" do."""
    word, after = words[i].folded, words[i + 1].folded if i + 1 < len(words) else ""
    lie = word in {"lie", "lies"} and after in {"that", "about"}
    theory = word in {"theory", "theories"} and i > 0 and words[i - 1].folded == "conspiracy"
    return word in FALSEHOODS or lie or theory


def _negates(words: Sequence[Token], i: int) -> bool:
    """Whether it denies what follows: not in "not only" and "no doubt"; "ruled" only before "out"."""
    word = words[i].folded
    if word not in NEGATIONS:
        return False
    after = words[i + 1].folded if i + 1 < len(words) else ""
    if word == "ruled":
        return after == "out"
    return not (word in {"not", "no"} and after in {"only", "just", "least", "doubt", "one", "surprise"})


def _announced(words: Sequence[Token]) -> set[Token]:
    """The first content word after each "will"."""
    found = set()
    waiting = False
    for token in words:
        if token.content and waiting and token.folded.endswith("ly"):
            continue  # "will immediately see"
        if token.content and waiting:
            found.add(token)
        waiting = token.folded in FUTURE_VERBS or (waiting and not token.content)
    return found


def _is_ahead(before: Sequence[Token]) -> bool:
    """Whether a word stands after words of the future: "to be opened", "would be opened"."""
    return any(token.folded in FUTURE_VERBS or token.folded in {"would", "to", "be"} for token in before)


def _may_deny(token: Token) -> bool:
    """Whether a word of a source may bear out a negation, as "unlikely" does."""
    word = token.folded
    prefixed = word.startswith(_DENYING_PREFIXES) and len(word) > _LONGEST_PREFIX + 3
    return word in NEGATIONS or word in DENYING or word.endswith(("n't", "less")) or prefixed


def _opposite(place: ContentWord, known: Sequence[ContentWord]) -> Clash | None:
    """The word on the other side of an axis, or with a denying prefix, at the place that is most alike."""
    stem = place.token.stem
    same = [k for k in known if k.token.stem == stem or _same_side(stem, k.token.stem)]
    other = [k for k in known if _opposed(stem, k.token.stem)]
    best = max(other, key=lambda k: len(k.near & place.near), default=None)
    if best is not None and _is_level(best.token) != _is_level(place.token):
        return None
    if best is None or best.negated != place.negated or not _alike(best, place):
        return None
    if any(_fits(k, place) >= len(best.near & place.near) for k in same):
        return None
    return Clash(place.token.text, best.token.text, _surely_alike(best, place))


def _one_sided_negation(place: ContentWord, known: Sequence[ContentWord]) -> Clash | None:
    """The same word, denied on one side only, in like company."""
    if not place.token.content or place.token.capital or place.token.text[0].isdigit():  # verbs are denied, not names
        return None
    same = [k for k in known if k.token.stem == place.token.stem]
    if not same or any(k.negated == place.negated for k in same):
        return None
    best = max(same, key=lambda k: len(k.near & place.near))
    denied, plain = (place, best) if place.negated else (best, place)
    if not denied.negated or plain.clause_denies or not _alike(best, place) or _opposite_near(place, best):
        return None
    word, sure = place.token.text, _surely_alike(best, place)
    return Clash(f"not … {word}", word, sure) if place.negated else Clash(word, f"not … {word}", sure)


def _alike(place: ContentWord, other: ContentWord) -> bool:
    """Whether two words keep the same company: two words in common that are a third of the smaller, or all of it."""
    shared, smaller = len(place.near & other.near), min(len(place.near), len(other.near))
    return (shared >= 2 and _SAME_COMPANY * smaller <= shared) or 0 < shared == smaller


def _surely_alike(place: ContentWord, other: ContentWord) -> bool:
    return len(place.near & other.near) >= _SURE_COMPANY * min(len(place.near), len(other.near))


def _fits(known: ContentWord, place: ContentWord) -> int:
    """The company that a word of a source shares; twice as good for the word itself: "a high of 79, a low of 56"."""
    shared = len(known.near & place.near)
    return 2 * shared if known.token.stem == place.token.stem else shared


def _is_level(token: Token) -> bool:
    """Whether the word says how high or low something is, and not that it rises or falls."""
    return token.folded in {"high", "low", "highest", "lowest"}


def _opposite_near(place: ContentWord, other: ContentWord) -> bool:
    """Whether an opposite word beside the one and not the other may make up for the negation."""
    return any(_opposed(a, b) for a in place.near - other.near for b in other.near - place.near)


@lru_cache(maxsize=32_768)
def _same_side(stem: str, other: str) -> bool:
    return any(pair in AXES.get(other, ()) for pair in AXES.get(stem, ()))


@lru_cache(maxsize=32_768)
def _opposed(stem: str, other: str) -> bool:
    if any((axis, -side) in AXES.get(other, ()) for axis, side in AXES.get(stem, ())):
        return not _same_side(stem, other)
    long, short = (stem, other) if len(stem) > len(other) else (other, stem)
    return len(short) >= 4 and long not in SAME_SIDE and any(long == prefix + short for prefix in PREFIXES)
