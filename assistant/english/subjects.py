"""Subjects of verbs, the run of words before or after a verb that can name who acts; and what questions name.

A rule of thumb for news, no parser: a name with the titles before it, a pronoun, or a noun back to its article
("a spokesman for the ministry"), over appositions and brackets between subject and verb ("Varga, the mayor, said").

What questions name (`things_named`) is read as roughly, and a noun phrase whose end is not certain is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.english.names import CALENDAR, PARTICLES, find_names
from assistant.english.words import (
    BEFORE_VERB,
    NO_SUBJECTS,
    SPEECH,
    STOP,
    SUBJECT_PRONOUNS,
    TITLES,
    VERBS,
    Token,
    is_past,
    listed,
    tokens,
    word_set,
)
from assistant.wording import WEEKDAYS

CharSpan = tuple[int, int]

_TOKEN = re.compile(r"[^\W_](?:[\w’'&.-]*\w)?\.?|[,;:()\[\]“”\"«»„—–!?\x00]|&")
_REACH = 160  # characters looked at on either side of a verb
_HARD = frozenset(';:“”"«»„!?\x00')
_ARTICLES = listed("determiners")
_LINKS = word_set("of for at from with in")
_WEEKDAYS = frozenset(name.lower() for name in WEEKDAYS)
_AFTER_STOPS = listed("after_subjects") | _WEEKDAYS


def subject_before(text: str, verb: int) -> CharSpan | None:
    """Return the subject that ends before the character `verb`."""
    offset = max(0, verb - _REACH)
    words = [(m[0], m.start() + offset) for m in _TOKEN.finditer(text[offset:verb])]
    i = _skip_adverbs(words, len(words) - 1)
    i = _skip_apposition(words, i)
    if i < 0 or words[i][0] in _HARD or words[i][0] in {",", "(", ")", "[", "]", "—", "–"}:
        return None
    found = _phrase(words, i)
    return found and (found[0], max(found[1], _name_in_apposition(words, i + 1)))


def _name_in_apposition(words: list[tuple[str, int]], i: int) -> int:
    """Return the end of a name between commas after a role ("the mayor, Ana Varga, said"), 0 when there is none."""
    if i >= len(words) or words[i][0] != ",":
        return 0
    close = next((j for j in range(i + 1, len(words)) if not words[j][0][0].isupper()), len(words))
    if close == i + 1 or close == len(words) or words[close][0] != ",":
        return 0
    last, at = words[close - 1]
    return at + len(last)


def _skip_adverbs(words: list[tuple[str, int]], i: int) -> int:
    """Step back over "has also", "later", "on Monday"."""
    while i >= 0:
        word = words[i][0].lower()
        dated = word == "on" and i + 1 < len(words) and words[i + 1][0].lower() in _WEEKDAYS
        if not (word in BEFORE_VERB | _WEEKDAYS or (word.endswith("ly") and words[i][0].islower()) or dated):
            break
        i -= 1
    return i


def _skip_apposition(words: list[tuple[str, int]], i: int) -> int:
    """Step back from the mark that closes an apposition or bracket to before the one that opens it."""
    for _ in range(3):
        if i < 0 or words[i][0] not in {",", ")", "—", "–"}:
            return i
        opens = {")": "(", ",": ","}.get(words[i][0], words[i][0])
        earlier = [j for j in range(i - 1, max(-1, i - 22), -1) if words[j][0] == opens or words[j][0] in _HARD]
        if not earlier or words[earlier[0]][0] != opens:
            return -1
        i = earlier[0] - 1
    return i


def _phrase(words: list[tuple[str, int]], i: int) -> CharSpan | None:
    last, start = words[i]
    end = start + len(last)
    if last.lower() in SUBJECT_PRONOUNS:
        return start, end
    if last.lower() in NO_SUBJECTS or last.lower() in _LINKS or last.lower() in _ARTICLES or not last[0].isalpha():
        return None
    if last.endswith(("’s", "'s")):  # "Trump's claims": the next word is a noun
        return None
    first = _name_start(words, i) if last[0].isupper() else _noun_start(words, i)
    if first > 1 and words[first - 1][0].lower() in {"of", "for"} and words[first - 2][0].islower():
        first = _noun_start(words, first - 2)  # "the mayor of Port Alder"
    return words[first][1], end


def _name_start(words: list[tuple[str, int]], i: int) -> int:
    """Step back over the capitalised words of a name, then over titles and an article."""
    while i > 0:
        before = words[i - 1][0]
        linked = before.lower() in PARTICLES and i > 1 and words[i - 2][0][:1].isupper() and before.islower()
        if (before[:1].isupper() and before.lower() not in NO_SUBJECTS) or linked or before == "&":
            i -= 1
        else:
            break
    while i > 0 and words[i - 1][0].lower() in TITLES:
        i -= 1
    return i - 1 if i > 0 and words[i - 1][0].lower() in _ARTICLES else i


def _noun_start(words: list[tuple[str, int]], i: int) -> int:
    """Step back to the article or the possessive before a noun; over "of the …" to the noun that it belongs to."""
    for _ in range(6):
        word = words[i][0].lower()
        before = words[i - 1][0] if i > 0 else ""
        if word in _ARTICLES:
            linked = before.lower() in _LINKS and i > 1 and words[i - 2][0].islower() and words[i - 2][0].isalpha()
            if not linked:
                return i
            i -= 2
        elif before.endswith(("’s", "'s", "s’", "s'")) and before[:1].isupper():
            return _name_start(words, i - 1)
        elif before[:1].isalpha() and before.lower() not in NO_SUBJECTS and before.lower() not in SUBJECT_PRONOUNS:
            if before.lower() in _LINKS and not (i > 1 and words[i - 2][0].islower()):
                return i
            i -= 1
        else:
            return i
    return i


def subject_after(text: str, start: int) -> CharSpan | None:
    """Return the subject that begins at the character `start` or after the white space there."""
    words = [(m[0], m.start() + start) for m in _TOKEN.finditer(text[start : start + _REACH])]
    if not words or text[start : words[0][1]].strip():
        return None
    first = words[0][0]
    if first.lower() in SUBJECT_PRONOUNS:
        return words[0][1], words[0][1] + len(first)
    count = 0
    while count < len(words) and not _stops(words, count):
        count += 1
    if not count or not (first[0].isupper() or first.lower() in _ARTICLES | TITLES or count <= 3):
        return None
    last, at = words[count - 1]
    return words[0][1], at + len(last.rstrip("."))


def _stops(words: list[tuple[str, int]], i: int) -> bool:
    word = words[i][0]
    if not (word[0].isalnum() or word == "&"):
        return True
    if i and words[i - 1][0].endswith(".") and len(words[i - 1][0]) > 4:  # a full stop, no abbreviation
        return True
    linked = word.lower() in {"of", "for"} and i > 0
    return word.lower() in _AFTER_STOPS and not linked


# -- what a question names

_DETERMINERS = word_set("the a an")
_BARE_VERB_AFTER = word_set("do does did can could will would should may might must shall")
_BE = word_set("is are was were")
_BELONGS = word_set("of at in on near")
_PEOPLE = TITLES | listed("offices")
_MANY = word_set("people men women children police")
_UNITS = word_set("time day date month year age number amount percentage share price sum")
_GLUED = re.compile(r"[\s-]+")


class Thing(NamedTuple):
    """What a question names: a name, or a noun with "the" or "a"."""

    text: str  # as it is named again: "the bridge at Orrin"
    head: str  # its noun, or the last word of its name, folded
    is_name: bool = False
    is_person: bool = False
    is_plural: bool = False
    is_asked: bool = False  # "which company": the answer, whatever it is


def things_named(question: str) -> list[Thing]:
    """Return what a question names, in order; what only says where or of what another one is ("of the city") is not."""
    words, found, i = tokens(question), [], 0
    named = {name.start: name for name in find_names(question)}
    while i < len(words):
        beside = i > 0 and words[i - 1].folded in _BELONGS
        if words[i].folded in _DETERMINERS or (words[i].folded in {"which", "what"} and i == 0):
            thing, end = _noun_phrase(question, words, i)
            found += [thing] if thing and not beside else []
            i = max(end, i + 1)
        elif words[i].start in named:
            name = named[words[i].start]
            found += (
                []
                if beside or (words[i - 1].folded in {"for", "to", "by", "from", "with"} and i)
                else [_named(question, name.start, name.end)]
            )
            i += sum(word.start < name.end for word in words[i:])
        else:
            i += 1
    return found


def _named(question: str, start: int, end: int) -> Thing:
    text = question[start:end].removesuffix("’s").removesuffix("'s")
    return Thing(text, tokens(text)[-1].folded, is_name=True, is_plural=" and " in text)


def _noun_phrase(question: str, words: Sequence[Token], i: int) -> tuple[Thing | None, int]:
    """Return the noun phrase that begins with the determiner `i`, None where its end is not certain; and its end."""
    end = i + 1
    while end < len(words) and _joined(question, words, end) and _may_go_on(words, i, end):
        end += 1
    last = _last_noun(words, i, end)
    if last is None or words[last].folded.endswith("ly"):
        return None, end
    behind = _belonging(question, words, end) if last == end - 1 else end
    noun, asked = words[last], words[i].folded not in _DETERMINERS
    if asked and noun.folded in _UNITS:
        return None, end
    text = question[words[i + 1].start : words[behind - 1].end if behind > end else noun.start + len(noun.text)]
    many = noun.folded in _MANY or (noun.folded.endswith("s") and not noun.folded.endswith(("ss", "us", "is")))
    return Thing(
        text if asked else f"the {text}",
        noun.folded,
        is_name=noun.capital,
        is_person=noun.folded in _PEOPLE,
        is_plural=many and not noun.capital,
        is_asked=asked,
    ), behind


def _joined(question: str, words: Sequence[Token], i: int) -> bool:
    return _GLUED.fullmatch(question, words[i - 1].end, words[i].start) is not None


def _may_go_on(words: Sequence[Token], first: int, i: int) -> bool:
    """Whether a word belongs to the noun phrase before it: no function word, and no verb behind a noun."""
    word = words[i]
    if word.folded in STOP or word.folded.isdigit():
        return False
    return i == first + 1 or word.capital or not (word.folded in VERBS or is_past(word))


def _last_noun(words: Sequence[Token], first: int, end: int) -> int | None:
    """Return the last word of a noun phrase without the verb or the adjective behind it; None where it is not certain.

    "Does the ferry sail?" and "Is the bridge safe?" end with one, "Does the ferry sail from the city quay?" may.
    """
    before = words[first - 1].folded if first else ""
    follows = words[end] if end < len(words) else None
    length = end - first - 1
    has_verb = follows is not None and (follows.folded in VERBS or is_past(follows) or follows.folded in SPEECH)
    needs_verb = before in _BARE_VERB_AFTER or (before in _BE and (first == 1 or words[first - 2].folded == "why"))
    loose = length > 1 and not words[end - 1].capital and not (follows is not None and follows.folded == "of")
    unclear = length > 2 or (
        follows is not None and follows.folded in _BELONGS
    )  # "did the two towns on the river meet"
    if length < 1 or (needs_verb and not has_verb and loose and unclear and not words[end - 2].capital):
        return None
    return end - 2 if needs_verb and not has_verb and loose else end - 1


def _belonging(question: str, words: Sequence[Token], end: int) -> int:
    """Return where a noun phrase ends with what says of what or where it is: "of the city", "at Orrin"."""
    i = end + 1
    if i >= len(words) or words[end].folded not in _BELONGS or not _joined(question, words, end):
        return end
    i += words[i].folded == "the"
    first = i
    while i < len(words) and _joined(question, words, i) and words[i].folded not in CALENDAR | STOP:
        if not words[i].capital and (first == end + 1 or i > first):
            break
        i += 1
    return i if i > first else end
