"""Claim decomposition: a sentence of several facts cut into statements that can be checked one by one.

"Corrath stepped down on Friday and left the chamber by the side door, and the council, which met in special session,
named Daubry." gives "Corrath stepped down on Friday", "Corrath left the chamber by the side door", "the council named
Daubry" and "the council met in special session". There is no parser behind it, so it cuts only where both sides can be
seen to be clauses: before a conjunction or semicolon with a subject and a verb, or a verb in the past whose object
shows, and at relative clauses behind a name or a noun with its article. What is reported ("Varga said that …") is never
cut, since the second half would lose its speaker; what is quoted isn't either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.checks.completeness import is_sentence
from assistant.checks.quotes import find_quotations
from assistant.english.subjects import subject_before
from assistant.english.words import SPEECH, SUBJECT_PRONOUNS, VERBS, is_past, listed, tokens, word_set

_MOST = 6  # statements of one sentence
_SHORTEST = 3  # words of a clause
_LINK = re.compile(r";\s+(?:and\s+|but\s+)?|,?\s+(?:and|but|while|whereas)\s+")
_GAP = re.compile(r"\s+([.,!?])")
_TRAILING = re.compile(r"[\s,;]+(?:(?:and|but|while|whereas)[\s,;]*)?$")
_RELATIVE = re.compile(r",\s+(?:which|who)\s+(?P<clause>(?:[^,;]|,(?=\d)){8,240}?)(?P<end>,\s|\s*[.!?]?$)")
_FINITE = word_set(
    "is are was were has have had will would can could may might must does did do isn't wasn't hasn't won't didn't"
)
SUBORDINATE = word_set("if when after before because since as although though unless until while whether once that")
_AFTER_VERB = listed("determiners") | word_set(
    "to in on at by for from with that as of into out up down over about off its his her their him them it no not three"
    " again two four five six seven eight nine ten more less nothing"
)
_BEFORE_NOUNS = listed("determiners") | word_set("of in on for its his her their no was were been be")
_RELATIVES = word_set("which who whom whose where because although though")
_WHEN = word_set("on in last early late")
_AMOUNT = re.compile(r"\s(?:[a-z]+\s){0,2}[$£€]?\d")  # "fell by about 10 percent"
_HIDDEN = "\x00"


class Clause(NamedTuple):
    """One statement of a sentence."""

    start: int  # characters, within the sentence
    end: int
    text: str  # what it states, with the subject that it shares with an earlier clause


def clauses(sentence: str) -> tuple[Clause, ...]:
    """Return the statements of a sentence in order; the sentence itself when it can't be cut safely."""
    whole = Clause(0, len(sentence), sentence)
    if holds_reported_words(sentence):
        return (whole,)
    main, relative = _without_relatives(sentence)
    found = sorted((*_coordinated(main, whole), *relative))
    return tuple(found[:_MOST]) if len(found) > 1 else (whole,)


def holds_reported_words(sentence: str) -> bool:
    """Whether a sentence quotes, or tells what somebody says: then its parts may not be parted."""
    masked = _masked(sentence)
    return _HIDDEN in masked or _holds_speech(masked)


def _masked(sentence: str) -> str:
    for quotation in find_quotations(sentence):
        sentence = sentence[: quotation.start] + _HIDDEN * (quotation.end - quotation.start) + sentence[quotation.end :]
    return sentence


def _holds_speech(text: str) -> bool:
    """Whether somebody's words are told, so that what follows may be theirs; not in "its report", "they were told"."""
    words = tokens(text)
    before = ["", *(token.folded for token in words)]
    return any(
        token.folded == "according"
        or (token.folded in SPEECH and not token.folded.endswith("ing") and word not in _BEFORE_NOUNS)
        for token, word in zip(words, before, strict=False)
    )


def _without_relatives(sentence: str) -> tuple[str, list[Clause]]:
    """Return the sentence with blanks in the place of its relative clauses, and these as statements."""
    found = []
    rest = sentence
    for match in _RELATIVE.finditer(sentence):
        antecedent = _antecedent(sentence, match.start())
        clause = match["clause"].strip()
        words = tokens(clause)
        if antecedent and len(words) >= _SHORTEST and _opens_with_verb(words[0].folded):
            start, end = match.start("clause"), match.start("clause") + len(match["clause"].rstrip())
            found.append(Clause(start, end, f"{antecedent} {sentence[start:end]}"))
            closing = match.start("end") + (1 if match["end"].startswith(",") else 0)
            rest = rest[: match.start()] + " " * (closing - match.start()) + rest[closing:]
    return rest, found


def _antecedent(sentence: str, comma: int) -> str:
    """Return the words before a comma that a relative clause is about; "" when they can't be told."""
    found = subject_before(sentence, comma)
    if found is None or found[1] != comma:
        return ""
    words = sentence[found[0] : found[1]]
    return "" if words.casefold() in SUBJECT_PRONOUNS else words


def _coordinated(main: str, whole: Clause) -> Iterator[Clause]:
    """Yield the clauses of a sentence whose relative clauses are blanks, each with its subject."""
    cuts = [0]
    subject = ""
    starts = [""]
    for link in _LINK.finditer(main):
        left, right = main[cuts[-1] : link.start()], main[link.end() :]
        if not _is_clause(left) or _opens_subordinate(left) or _is_left_open(left):
            continue
        if _has_subject_and_verb(right):
            cuts.append(link.end())
            starts.append("")
        elif ";" not in link[0] and (subject := _subject(left) or starts[-1]) and _has_verb_and_object(right):
            cuts.append(link.end())
            starts.append(subject)
    for start, end, before in zip(cuts, [*cuts[1:], whole.end], starts, strict=True):
        words = _TRAILING.sub("", main[start:end])
        yield Clause(start, start + len(words), _GAP.sub(r"\1", " ".join(f"{before} {words}".split())))


def _is_clause(text: str) -> bool:
    return len(text.split()) >= _SHORTEST and is_sentence(text)


def _opens_subordinate(text: str) -> bool:
    """Whether it is no main clause yet: "If the council agrees"."""
    words = tokens(text)
    return bool(words) and words[0].folded in SUBORDINATE and "," not in text


def _is_left_open(text: str) -> bool:
    """Whether a clause waits for its verb: "a deal under which farmers", "data published on Friday by the Centre"."""
    words = tokens(text)
    relative = max((i for i, token in enumerate(words) if token.folded in _RELATIVES), default=-1)
    if relative >= 0 and not any(is_verb_form(token.folded) for token in words[relative + 1 :]):
        return True
    verb = next((i for i, token in enumerate(words) if i and is_verb_form(token.folded)), 0)
    if not verb or words[verb].folded in _FINITE:
        return False
    following = (token for token in words[verb + 1 :] if not (token.capital or token.folded in _WHEN))
    doer = next(following, None)
    if doer is None or doer.folded != "by" or _AMOUNT.match(text, doer.end):
        return False
    return not any(is_verb_form(token.folded) for token in words if token.start > doer.start)


def _has_subject_and_verb(text: str) -> bool:
    """Whether a clause of its own begins here: "the ferry will run", "Varga won the vote"."""
    words = tokens(text[:200])
    if len(words) < _SHORTEST or is_verb_form(words[0].folded):
        return False
    for i, token in enumerate(words[1:8], start=1):
        between = text[words[i - 1].end : token.start]
        if ", " in between or ";" in between:
            return False
        if token.folded in _FINITE:
            return True
        if is_past(token) and (words[i - 1].capital or _leads_on(text, token.end)):
            return subject_before(text, token.start) is not None
    return False


def _has_verb_and_object(text: str) -> bool:
    """Whether a verb with an object or the like comes first: "left the chamber", not "injured workers"."""
    words = tokens(text[:200])
    if len(words) < _SHORTEST or not is_verb_form(words[0].folded):
        return False
    return words[0].folded in _FINITE or _leads_on(text, words[0].end)


def _opens_with_verb(word: str) -> bool:
    """Whether the word after "who" or "which" is their verb: not in "which the city closed"."""
    return is_verb_form(word) or (word.endswith("s") and len(word) > 3)


def is_verb_form(word: str) -> bool:
    """Whether a word may be a verb by its form: an auxiliary, an irregular verb or one in the past."""
    return word in _FINITE or word in VERBS or is_past(tokens(word)[0]) if word else False


def _leads_on(text: str, at: int) -> bool:
    """Whether what follows a verb is no noun by itself: an article, a preposition, a figure, a name."""
    following = tokens(text[at : at + 40])
    if not following:
        return False
    first = following[0]
    return first.folded in _AFTER_VERB or first.text[0].isdigit() or first.capital or first.folded.endswith("ly")


def _subject(clause: str) -> str:
    """Return the words up to the first verb of a clause, when they can be its subject; "" otherwise."""
    for token in tokens(clause):
        if token.folded in _FINITE or is_past(token):
            found = subject_before(clause, token.start)
            if found is not None and found[0] - (len(clause) - len(clause.lstrip())) <= 1:
                return clause[found[0] : found[1]].strip()
            return ""
    return ""
