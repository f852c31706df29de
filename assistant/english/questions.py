"""Questions: what kind of answer one asks for, its parts, and what it needs of those before it."""

from __future__ import annotations

import re

from assistant.english.broad_questions import Kind, wish_of
from assistant.english.pronouns import points_outside
from assistant.english.words import (
    POINTING,
    SPEECH_STEMS,
    STOP,
    is_past,
    listed,
    stem,
    tokens,
    word_list,
    word_set,
)

MOST_PARTS = 4  # searched one by one; a longer list is searched as one question

_QUESTION_WORD = r"(?:who|whom|whose|what|when|where|why|how|which)"
_VERB = r"(?:did|does|do|is|was|are|were|will|has|have|had|can|could|should)"
_ASKS = rf"(?:{_QUESTION_WORD}\b|{_VERB}\s+(?:{'|'.join(sorted(POINTING))}|the|a|an|any)\b)"  # not "did not pay"
_BOUNDARY = re.compile(rf"[?;]\s+(?!\s*\()(?![^()]{{0,500}}\))(?:and\s+)?|,?\s+and\s+(?={_ASKS})", re.IGNORECASE)
_OPENS_PART = re.compile(rf"\W*(?:also,?\s+)?(?:(?:at|in|on|for|from|by|to|with)\s+)?{_ASKS}", re.IGNORECASE)
_SHORT = 4  # words; a shorter part is hardly a question of its own

# How a question or a request begins. With a full stop after it, "When the bridge closed, …" is a statement.
_OPENS_QUESTION = re.compile(
    rf"\W*(?:and |also,? )?(?:(?:at|in|on|for|from|by|to|with|of) )?(?:{_QUESTION_WORD}|{_VERB})\b", re.IGNORECASE
)
_OPENS_REQUEST = re.compile(
    r"\W*(?:please )?(?:tell|list|name|give|show|explain|describe|find|summari[sz]e|compare)\b", re.IGNORECASE
)

_QUANTITY = r"\bhow (?:many|much|big|long|old|soon|far|high|tall|fast|often)\b|\bwhen\b"
# Sentences with a number come first where one is asked for, so here a question must ask for it outright. The weights
# of the ranking were chosen without "how large", "how deep" and "how wide".
_ASKS_NUMBER = re.compile(
    rf"{_QUANTITY}"
    r"|\b(?:what|which) (?:percentage|percent|share|year|date|day|month|age|amount|number|magnitude|price|sum|time)\b"
    r"|多少|[几幾何][个個人名天年月日时時件円]|いつ|いくら",
    re.IGNORECASE,
)
# Articles are compared wherever a question is about a figure ("the toll"): where none differ, nothing is shown.
_ASKS_FIGURE = re.compile(
    rf"{_QUANTITY}|\bhow (?:large|deep|wide)\b|\bwhat (?:day|date|month)\b|\b(?:number|amount|figure|total|costs?|price"
    r"|worth|rate|share|percent(?:age)?|size|length|population|toll)\b",
    re.IGNORECASE,
)
_ASKS_DAY = re.compile(r"\s*(?:and |but )?(?:when|(?:on )?(?:what|which) (?:day|date|month))\b", re.IGNORECASE)
_ASKED_UNIT = re.compile(r"\b(?:what|which) (date|day|year|month|time|number|amount|percentage)\b", re.IGNORECASE)

_ASKED_FOR = re.compile(
    r"\W*(?:and |but |so )?(?:(?:at|in|on|for|from|by|to|with|of) )?"
    r"(?:(when|where|why|who|whom|whose|how (?:many|much|long|often|far|old|big|large|high|tall|fast|soon)|how)\b"
    rf"|(?:what|which) (date|day|year|month|time|number|amount|percentage|city|country|place|age)\b|({_VERB})\b)",
    re.IGNORECASE,
)

_AUXILIARY = re.compile(rf"\b{_VERB}\s+(?P<rest>[^?,;]+)", re.IGNORECASE)
_ACCORDING = re.compile(r"\b[Aa]ccording to ((?:the |an? )?[^\W\d_][\w’'-]*(?: [A-Z][\w’'-]*){0,4})")
_ASKS_REASON = re.compile(
    rf"\W*(?:and |but )?(?:why|on what grounds|for what reasons?|how come)\b,?\s*(?:{_VERB}n['’]t\b|{_VERB}\b)?\s*",
    re.IGNORECASE,
)
_LONGEST_SPEAKER = 6  # words
_ASKED_NOUNS = {noun: question for noun, _, question in (entry.partition(": ") for entry in word_list("asked_nouns"))}
_NOUN = "|".join(sorted(_ASKED_NOUNS, key=len, reverse=True))
_ASKS_NOUN = re.compile(
    rf"\W*(?:what|who)\s+(?:is|was|are|were)\s+(?:(?:the\s+)?(?P<noun>{_NOUN})\s+of\s+(?P<of>.+?)"
    rf"|(?P<owner>.+?)(?:['’]s?)\s+(?P<owned>{_NOUN}))\s*\??\s*",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BARE = listed("openings_of_questions")
_OPENING = word_set("did does do is was are were will has have had can could should which whose whom")
_TURNS_BACK = re.compile(
    r"\W*(?:(?:and|but|so|now|back to|as for|returning to|coming back to|about|regarding)\s+)+"
    r"(?:the\s|(?-i:[A-Z]))[^,:;?]{2,80}[,:;–—]\s*"
    rf"(?:{_QUESTION_WORD}|{_VERB})\b",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"\W*(?:so |and )?what\s+(?:is|are|was|were)\s+(?P<noun>[\w’'-]+(?:\s+[\w’'-]+)?)\W*", re.IGNORECASE
)
_STATES = word_set(  # what the thing before may be, and no thing: "What is wrong?"
    "wrong right true false new next left different likely possible known clear certain missing good bad best worst so "
    "special important necessary available here there going happening changing following causing"
)
_ENOUGH = 2  # words of its own that name what a question asks
_FEW = 3  # words; a question this short that holds no name is hardly complete


def is_question(text: str) -> bool:
    """Whether what a person typed asks or requests something; else it is a statement, or words to look for."""
    if any(mark in text for mark in "?？؟") or _OPENS_REQUEST.match(text):
        return True
    return bool(_OPENS_QUESTION.match(text)) and not text.rstrip().endswith(".")


def is_asked(sentence: str) -> bool:
    """Whether a sentence of an article is a question and nothing else; `“Why?” she asked.` is a report."""
    return sentence.rstrip("\"'”’) \n").endswith("?")


def asks_for_number(question: str) -> bool:
    """Whether the answer to a question is a number or a time, so that a sentence with one answers it better."""
    return _ASKS_NUMBER.search(question) is not None


def asks_for_figure(question: str) -> bool:
    """Whether a question is about a figure or a day, which articles may give differently."""
    return _ASKS_FIGURE.search(question) is not None


def asks_for_day(question: str) -> bool:
    """Whether a question opens by asking for a day: "When …", "On which date …"."""
    return _ASKS_DAY.match(question) is not None


def asked_for(question: str) -> str:
    """Return what a question asks for in words that end a sentence: "when", "how many", "whether it is so"; "" else."""
    found = _ASKED_FOR.match(question)
    if found is None:
        return ""
    return (found[1] or "").lower() or (f"which {found[2].lower()}" if found[2] else "whether it is so")


def asked_speaker(question: str) -> str:
    """Return whose words a question asks for: "the mayor" in "What did the mayor say about …?"; "" for nobody's."""
    for found in _AUXILIARY.finditer(question):
        words = found["rest"].split()[: _LONGEST_SPEAKER + 1]
        speaks = (i for i, word in enumerate(words) if i and stem(word.casefold()) in SPEECH_STEMS)
        if place := next(speaks, 0):
            return " ".join(words[:place])
    named = _ACCORDING.search(question)
    return named[1] if named else ""


def taken_for_granted(question: str) -> str:
    """Return what a question for a reason takes for granted: "the guard acquitted." of "Why was the guard acquitted?".

    "" for other questions, and where no word says that it did not happen ("Why didn't …") is lost.
    """
    found = _ASKS_REASON.match(question)
    rest = question[found.end() :].rstrip(" ?") if found else ""
    denied = found is not None and re.search(r"n['’]t\b", found[0]) is not None
    return "" if denied or len(rest.split()) < _SHORT or question.rstrip().endswith(")") else f"{rest}."


def asked_unit(question: str) -> str:
    """Return the unit that a question asks in, which is not its subject: "date" in "on which date"; "" for none."""
    found = _ASKED_UNIT.search(question)
    return found[1] if found else ""


def question_parts(question: str) -> list[str]:
    """Return the questions within a question, each to be searched by itself; the whole one when it asks one thing.

    A part that points back ("what will it cost?") keeps the first part beside it. A statement before a question is no
    part: "The bridge was closed. Who closed it?" asks one thing, and both sentences say what. Nor is what stands in
    brackets: "Who closed it? (When was the bridge built?)" gives what the question follows.
    """
    pieces = [piece.strip() for piece in _BOUNDARY.split(question) if piece.strip()]
    asked = all(_OPENS_PART.match(piece) and len(piece.split()) >= _SHORT for piece in pieces)
    if not asked or not 2 <= len(pieces) <= MOST_PARTS:
        return [question]
    first = pieces[0]
    return [first, *(f"{p} ({first})" if points_outside(p) else p for p in pieces[1:])]


def asked_otherwise(question: str) -> str:
    """Return the same question in the words of a report; "" for most.

    "What is Taiwan's population?" asks how many people live in Taiwan, which is how an article says it.
    """
    found = _ASKS_NOUN.fullmatch(question)
    if found is None:
        return ""
    noun, of = (found["noun"], found["of"]) if found["noun"] else (found["owned"], found["owner"])
    return _ASKED_NOUNS[noun.casefold()].replace("X", of)


def depends_on_turns(question: str) -> bool:
    """Whether a question cannot be understood alone: a word points out of it, or it hardly has any word of its own."""
    if _TURNS_BACK.match(question):  # "Back to the bridge: when will it reopen?" names what it is about
        return False
    if points_outside(question):
        return True
    wish = wish_of(question)
    if wish.kind is not Kind.FACT and wish.subject:  # "Timeline: the spill" is short and complete
        return False
    words = _words(question)
    if words[:1] in (["and"], ["but"], ["or"]) or words[:2] in (["what", "about"], ["how", "about"]):
        return True
    own = [word for word in words if word not in _BARE]
    return len(own) < _FEW and not naming_words(question) and not _asks_what_it_is(question)


def needs_all_before(question: str) -> bool:
    """Whether a question that depends on the one before needs all its words; else its names are enough."""
    own = own_words(question)
    turns_away = (
        _words(question)[:2] == ["what", "about"] and own and not naming_words(question)
    )  # "What about the weir?"
    return points_outside(question) or (len(own) < _ENOUGH and not turns_away)


def _asks_what_it_is(question: str) -> bool:
    """Whether a question asks what something is that it names: "What is aniline?", not "What is wrong?"."""
    found = _WHAT_IS.fullmatch(question)
    word = tokens(found["noun"])[-1] if found and tokens(found["noun"]) else None
    return word is not None and word.content and not is_past(word) and word.folded not in _STATES


def _words(question: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(question)]


def own_words(question: str) -> list[str]:
    """Return the words of a question that name what it asks."""
    return [word for word in _words(question) if word not in _BARE | STOP]


def naming_words(question: str) -> list[str]:
    """Return the words after the first with a capital letter, and numbers, except those that only open a question."""
    found = [word for word in _WORD.findall(question)[1:] if word[0].isupper() or word[0].isdigit()]
    return [word for word in found if word.casefold() not in _BARE | _OPENING]
