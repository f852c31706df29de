"""Statements that say more than their sources, or too little to be checked.

An unsupported clause: a last clause of which the cited sentences hold no word at all. Shared words hide it: "The
council approved the tunnel, and here is letters" shares nearly all of its words with a sentence on the tunnel. Only the
last clause is looked at, since openings ("On the other hand") and insertions are full of words that claim nothing.

An unsupported verb in a few words: "The vote was stolen" shares all but what it claims.

A fragment, such as "Maria Lind" or "The bank, which failed in May", states nothing by itself; together with the
question it does. So question and fragment are scored as one statement: the cited sentences must hold what is asked as
well as what is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checks.claim import Claim, Finding
from assistant.checks.dates import dates_in, known_years
from assistant.checks.entities import identified_words
from assistant.checks.figures import sort_numbers, sorted_numbers
from assistant.checks.support import COMMENT, soft, support, support_model
from assistant.english.names import is_held
from assistant.english.numbers import Number
from assistant.english.words import (
    LONGEST,
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

_VERBS = listed("verbs_without_ending")
_NO_ENDING = ("ss", "us", "is")  # of words that end with "s" and are neither a plural nor a verb
_PLURALS = 3  # content words from which on a plural counts as the subject of a verb: "Doctors fear a wave", not "Eggs"
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:an?|the|his|her|its|their|our|my|your|this|these|those|some|of|in|on|at|by|for|from|with)|['’]s?)\s\Z",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"\s(?:an?|the|his|her|its|their|our|my|your|this|these|those)\s", re.IGNORECASE)
_LOOK_BACK = 12  # characters that hold such a word
_RELATIVE = re.compile(r",\s(?:which|who|whom|whose|where)\b[^,]*(?:,|$)")

_BROKEN_OFF = re.compile(r"\b(?:an?|the|and|or|of|because|whose|its|their)\s*[.,;:—–-]?\s*\Z")
_AMOUNT = re.compile(
    r"\b(?<!not )(?P<much>(?:(?:nearly|almost) )?(?:all|every|each)|some|several|many|few|certain|half|most) (?:of )?"
    r"(?:(?:the|its|his|her|their|our|these|those)\s)?(?P<thing>[\w'’-]{3,})",
    re.IGNORECASE,
)
_SOME, _MOSTLY, _NEARLY, _WHOLE = range(1, 5)  # how much of something; "many" and "some" are not told apart
_TOP = re.compile(
    r"(?P<one>\b(?:one|some|two|three|several|many|among) (?:of )?)?"
    r"\b(?:the|its|his|her|their|our|\w+['’]s) (?:single )?"
    r"(?P<top>\w{3,}est|worst|best|most \w+|least \w+|first|only|leading|main)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:since|outside|apart from|except|for the first time in"
    r"|in (?:[\w-]+ ){1,4}(?:years|months|decades|weeks|days))\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(
    r"\bthe (?P<top>first|only|last|most \w+|least \w+|\w{3,}est|worst|best)\b[^;:]{0,120}?"
    rf"(?P<limit>{_LIMIT.pattern})",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|apiece)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:together|combined|between (?:them|the two)|in total|in all|altogether|jointly)\b", re.IGNORECASE
)
_UNMAKING, _OFFICES = listed("words_that_unmake"), listed("offices")
_NO_LONGER = word_set("formerly once previously then retired ousted past late previous earlier")
_FEW = 4  # content words; on RAGTruth a missing verb among five is mostly another word for the same
_CLAUSE = re.compile(r"[,;:—–(]\s*|\s-\s|\b(?:and|but|or|so|while|which|who|because|although|though)\b")


def check_additions(claim: Claim) -> list[Finding]:
    """The findings on a verb and on a last clause that no source has, and on how much is said of how many."""
    return [*check_verb(claim), *check_last_clause(claim), *check_extent(claim)]


def check_extent(claim: Claim) -> list[Finding]:
    """A finding where a statement says more than its sources do of how much, of how many, or for how long.

    "All" of what they say of nearly all, "most" of some, "the worst" of "one of the worst", "the first" of "the first
    since 2001", of several together what they say of each, and "the mayor" of "the deputy mayor".
    """
    known = [extent for text in claim.sources.texts for extent in _extents(text)]
    for words, of, level in _extents(claim.text):
        there = [(other, shown) for shown, thing, other in known if thing == of]
        if level >= _MOSTLY and there and max(there)[0] < level:
            told = f"“{words}”, but {claim.sources.that('say')} it of “{max(there)[1]}”"
            return [Finding(Verdict.UNSUPPORTED, told)]
    return [*_limited(claim), *_shared_out(claim), *_made_whole(claim)][:1]


def _made_whole(claim: Claim) -> Iterator[Finding]:
    """A finding where every source says "the former minister" or "deputy mayor" and a statement "the minister"."""
    own = tokens(claim.text)
    if any(t.folded in _UNMAKING | _NO_LONGER for t in own):
        return
    unmade = {
        noun.stem: f"{first.text} {noun.text}" for words in claim.sources.tokens for first, noun in _unmade(words)
    }
    known = [noun.stem for words in claim.sources.tokens for _, noun in _unmade(words)]
    every = [t.stem for words in claim.sources.tokens for t in words]
    for noun in (t for t in own if t.stem in unmade and not is_past(t)):
        if every.count(noun.stem) == known.count(noun.stem):
            there = f"{claim.sources.that('say')} “{clipped(unmade[noun.stem])}”"
            yield Finding(Verdict.PARTLY, f"“{noun.text}”, but {there}")


def _unmade(words: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each word that makes another thing of a noun, with the noun: "former FBI agent"."""
    for i, token in enumerate(words):
        if token.folded in _UNMAKING:
            behind = (t for t in words[i + 1 : i + 4] if t.folded in _OFFICES or not t.capital)
            noun = next(behind, None)
            if noun is not None and noun.content and noun.folded not in _UNMAKING:
                yield token, noun


def _limited(claim: Claim) -> Iterator[Finding]:
    """A finding where sources say "the first since 2001" and a statement "the first"."""
    for text in claim.sources.texts:
        for match in _LIMITED.finditer(text):
            told = re.search(rf"\bthe {re.escape(match['top'])}\b", claim.text, re.IGNORECASE)
            if told and not _LIMIT.search(claim.text):
                there = f"{claim.sources.that('say')} it with a limit, “{match['limit']} …”"
                yield Finding(Verdict.UNSUPPORTED, f"“{told[0]}”, but {there}")


def _shared_out(claim: Claim) -> Iterator[Finding]:
    """A finding where a statement gives to several together what its sources give to each."""
    together = _TOGETHER.search(claim.text)
    each = [match[0] for text in claim.sources.texts for match in _EACH.finditer(text)]
    if together and each and not _EACH.search(claim.text):
        yield Finding(Verdict.UNSUPPORTED, f"“{together[0]}”, but {claim.sources.that('say')} “{each[0]}”")


def _extents(text: str) -> list[tuple[str, str, int]]:
    """Return what a text says of how much: its words, the thing, and how much it is, to the whole or the only one."""
    amounts = [(m[0], stem(m["thing"].casefold()), _level(m["much"].casefold())) for m in _AMOUNT.finditer(text)]
    return amounts + [(m[0], m["top"].casefold(), _SOME if m["one"] else _WHOLE) for m in _TOP.finditer(text)]


def _level(much: str) -> int:
    if much.endswith(("all", "every", "each")):
        return _NEARLY if " " in much else _WHOLE
    return _MOSTLY if much == "most" else _SOME


def check_last_clause(claim: Claim) -> list[Finding]:
    """A finding when nothing of the last clause is in the cited sentences, and it is no "…, she said"."""
    text = claim.text
    starts = [match.end() for match in _CLAUSE.finditer(text)]
    words = content_words(text)
    start = next((at for at in reversed(starts) if words and at <= words[-1].start), 0)
    added = [token for token in words if token.start >= start and token.folded not in COMMENT]
    if not start or not added or any(token.stem in SPEECH_STEMS for token in added):
        return []
    found, _ = sorted_numbers(claim)
    if any(_borne_out(added, claim, [*dates_in(claim).proven, *_spans(found)])):
        return []
    said = clipped(text[start:].strip(" ."))
    return [Finding(Verdict.PARTLY, f"nothing of “{said}” is in the {claim.sources.noun}")]


def check_verb(claim: Claim) -> list[Finding]:
    """A finding when a statement of a few words has a verb in the past, or a participle, that no source has."""
    text, sources = claim.text, claim.sources
    own = content_words(text)
    verbs = [
        token for token in own if is_past(token) and token.stem not in SPEECH_STEMS and token.folded not in COMMENT
    ]
    if len(own) > _FEW:
        return []
    found, _ = sort_numbers(text, (), sources.texts, known_years(sources))
    borne_out = _borne_out(verbs, claim, _spans(found))
    said = [text[t.start : t.end] for t, there in zip(verbs, borne_out, strict=True) if not there]
    return [Finding(Verdict.UNSUPPORTED, f"not in the {sources.noun}: “{clipped(words)}”") for words in said[:1]]


def _spans(numbers: Sequence[Number]) -> list[tuple[int, int]]:
    return [(number.start, number.end) for number in numbers]


def _borne_out(words: Sequence[Token], claim: Claim, proven: Sequence[tuple[int, int]]) -> list[bool]:
    """For each of these words, whether a source has it in some form; what stands in the spans `proven` is there."""
    known, stems, named = claim.sources.known, set(claim.sources.stems), identified_words(claim)
    return [
        any(first <= token.start < last for first, last in proven)
        or token.start in named
        or is_held(token, stems, known)
        or soft(token.stem, stems)
        for token in words
    ]


def check_fragment(claim: Claim) -> list[Finding]:
    """A finding when the statement is no sentence, unless the sources support it together with the question."""
    if not content_words(claim.text):
        return [Finding(Verdict.PARTLY, "too short to be checked by itself", certain=True)]
    if _BROKEN_OFF.search(claim.text):
        return [Finding(Verdict.PARTLY, "it breaks off in the middle of a sentence", certain=True)]
    if is_sentence(claim.text):
        return []
    if not claim.question:
        return [Finding(Verdict.PARTLY, "no sentence, so it states nothing that could be checked", certain=True)]
    whole = Claim(text=f"{claim.question} {claim.text}"[:LONGEST], sources=claim.sources)
    if support(whole) >= support_model().supported:
        return []
    return [Finding(Verdict.PARTLY, f"no sentence, and {claim.sources.that('hold')} too little of what is asked")]


def is_sentence(text: str) -> bool:
    """Whether a word of the text, relative clauses left out, may be a verb; errs on the side of a sentence."""
    main = _RELATIVE.sub(" ", text[:LONGEST])
    words = tokens(main)
    if any(_is_verb(token) and not _describes(main, token) for token in _uncapitalised(words)):
        return True
    if any(_has_object(main, token) for token in _uncapitalised(words)):
        return True
    return len(content_words(text)) >= _PLURALS and any(_ends_like_verb(token) for token in _uncapitalised(words))


def _uncapitalised(words: Sequence[Token]) -> Iterator[Token]:
    """The words that are no names; the first one may be either."""
    return (token for token in words if token is words[0] or not token.capital)


def _is_verb(token: Token) -> bool:
    return token.folded in _VERBS or token.folded in VERBS or is_past(token)


def _describes(text: str, token: Token) -> bool:
    """Whether the word belongs to a noun: "the famed square", "Orrin's closed bridge"."""
    return (
        token.folded not in _VERBS
        and _BEFORE_NOUN.search(text[max(0, token.start - _LOOK_BACK) : token.start]) is not None
    )


def _has_object(text: str, token: Token) -> bool:
    """Whether an article or its like comes directly after the word, as after no noun: "Close the lid"."""
    return token.content and _OBJECT.match(text, token.end) is not None


def _ends_like_verb(token: Token) -> bool:
    """Whether it is a verb like "makes", or a plural, which needs none: "Doctors fear …"."""
    word = token.folded
    return word.endswith("s") and len(word) > 3 and not word.endswith(_NO_ENDING)
