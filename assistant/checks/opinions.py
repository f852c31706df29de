"""What somebody holds, told as a fact: a source says that Lind called the plan reckless, a statement that it is.

Three ways in which an article gives what somebody holds are read, sentence by sentence:

- "Lind claims that …", "the lawsuit alleges …", "…, critics say": all that is claimed, feared or foretold
- "Lind called the plan reckless": the name or quality that somebody gives a thing
- "Lind said the bridge was safe": what is said, where a word of it judges

What an official merely says ("police said that 12 were hurt") is told as a fact by people and passes: only words that
judge are taken out of it. A statement that names whose words they are, or has any verb of speech, passes too. A finding
makes a statement partly supported; a reader that is sure may overrule it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checks.claim import Claim, Finding
from assistant.english.sentences import split_sentences
from assistant.english.words import (
    SPEECH_STEMS,
    VERBS,
    Token,
    clipped,
    content_words,
    is_past,
    listed,
    stem,
    tokens,
    word_list,
    word_set,
)
from assistant.records import Verdict

_HOLDING = frozenset(map(stem, (*word_list("claiming_verbs"), *word_list("foretelling_verbs")))) - {"deni", "disput"}
_NAMING = frozenset(map(stem, word_list("naming_verbs")))
_JUDGING, _PARTISANS = listed("judging_words"), listed("partisans")
_HEDGES = word_set("according view opinion eyes accused alleged allegedly reportedly apparently seen supposedly")
_FINITE = word_set("is are was were has have had will would could should must may might can do does did")
_NO_CLAIM = word_set("life lives victory title responsibility credit first second third to of for")  # behind "claimed"
_BE = word_set("is are was were be been")
_BEFORE_QUALITY = 3  # words between "is" and "safe", with both: "is not entirely safe"
_REACH = 14  # words behind a verb among which one must show that a clause follows
_MOST = 0.75  # share of the content words of a statement that must stand in what is held
_LONGEST_SUBJECT = 6  # words
_CLOSES, _COMMA = re.compile(r",[”\"’]\s*\Z"), re.compile(r",[”\"’]?\s")
_NOUN_BEFORE = word_set(
    "the a an his her its their insurance jobless no any these those"
)  # "the claims", "insurance claims"


def check_opinion(claim: Claim) -> list[Finding]:
    """A finding for a statement that tells as a fact what its sources only say that somebody holds."""
    own = content_words(claim.text)
    words = tokens(claim.text)
    if any(t.stem in SPEECH_STEMS | _HOLDING | _NAMING or t.folded in _HEDGES for t in words) or not own:
        return []
    sentences = [text[s.start : s.end] for text in claim.sources.texts for s in split_sentences(text)]
    held = [(sentence, span) for sentence in sentences for span in _held(sentence)]
    told = {t.stem for sentence in sentences for t in _outside(sentence, [h for s, h in held if s == sentence])}
    for sentence, (verb, first, last) in held:
        inside = {t.stem for t in content_words(sentence) if first <= t.start < last}
        only = any(t.stem in inside - told and not t.capital for t in own)
        held_so = verb.stem in _HOLDING or verb.folded in _PARTISANS or _judges(words, inside)
        if only and held_so and sum(t.stem in inside for t in own) >= _MOST * len(own):
            shown = clipped(sentence[min(verb.start, first) : max(verb.end, last)])
            there = f"{claim.sources.that('give')} it as somebody’s view: “{shown}”"
            return [Finding(Verdict.PARTLY, f"told as a fact, but {there}")]
    return []


def _judges(words: Sequence[Token], inside: set[str]) -> bool:
    """Whether a statement says of something that it "is safe" or "was utterly reckless", in a word of what is held."""
    judging = (i for i, t in enumerate(words) if t.folded in _JUDGING and t.stem in inside)
    return any(t.folded in _BE for i in judging for t in words[max(0, i - _BEFORE_QUALITY) : i])


def _outside(sentence: str, spans: Sequence[tuple[Token, int, int]]) -> Iterator[Token]:
    """Yield the content words of a sentence that stand in nothing that somebody holds."""
    return (t for t in content_words(sentence) if not any(first <= t.start < last for _, first, last in spans))


def _held(sentence: str) -> Iterator[tuple[Token, int, int]]:
    """Yield what somebody holds in a sentence: the verb that says so, or the partisans, and the characters of it."""
    words = tokens(sentence)
    for i, token in enumerate(words):
        if token.folded == "according":
            yield token, 0, len(sentence)
        if not i or token.stem not in SPEECH_STEMS | _HOLDING | _NAMING:
            continue
        holder = next((t for t in words[max(0, i - 3) : i] if t.folded in _PARTISANS), token)
        if token.stem in _NAMING or _has_clause(sentence, words, i):
            yield holder, token.end, len(sentence)
        if ends := _end_before(sentence, words, i):
            yield holder, 0, ends


def _has_clause(sentence: str, words: Sequence[Token], i: int) -> bool:
    """Whether a clause follows a verb: "claims that", "believe the", not "jobless claims" and "claimed 12 lives"."""
    behind = words[i + 1 : i + 1 + _REACH]
    if not behind or not _adjoins(sentence, words[i], behind[0]):
        return False
    if behind[0].folded == "that":
        return True
    if (
        words[i - 1].folded in _NOUN_BEFORE
        or behind[0].text[0].isdigit()
        or any(t.folded in _NO_CLAIM for t in behind[:2])
    ):
        return False
    return any(t.folded in _FINITE or is_past(t) or t.folded in VERBS for t in behind[1:])


def _adjoins(sentence: str, word: Token, following: Token) -> bool:
    return sentence[word.end : following.start].strip() in {"", ":", "“"}


def _end_before(sentence: str, words: Sequence[Token], i: int) -> int:
    """Return where the clause before "…, critics say" or "…,” said Lind" ends, 0 where none stands there."""
    if _CLOSES.search(sentence[words[i - 1].end : words[i].start]):
        return words[i - 1].end
    if sentence[words[i - 1].end : words[i].start].strip():
        return 0
    first = words[max(0, i - _LONGEST_SUBJECT)].start
    commas = [found.start() for found in _COMMA.finditer(sentence, first, words[i].start)]
    return commas[-1] if commas else 0
