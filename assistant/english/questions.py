"""Questions and orders: what kind of answer a question asks for, its parts, and whether a sentence orders something.

An imperative ("Write a poem about …") is told by no list of verbs: any verb can be ordered. It opens with a word that
may be a verb in its plain form, after "please", "from now on", a condition ("If you are asked, …"), and is followed by
what only a verb is followed by, an article or a pronoun; or no other word of the sentence can be its verb. `ordered`
errs on the side of an imperative: headlines ("Talks without end") look alike, so use it beside something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.english.broad_questions import Kind, wish_of
from assistant.english.words import (
    POINTING,
    SPEECH_STEMS,
    STOP,
    VERBS,
    Token,
    holds_pointing_word,
    is_past,
    listed,
    stem,
    tokens,
    word_list,
    word_set,
)
from assistant.records import Turn

MOST_PARTS = 4  # searched one by one; a longer list is searched as one question

_QUESTION_WORD = r"(?:who|whom|whose|what|when|where|why|how|which)"
_VERB = r"(?:did|does|do|is|was|are|were|will|has|have|had|can|could|should)"
_ASKS = rf"(?:{_QUESTION_WORD}\b|{_VERB}\s+(?:{'|'.join(sorted(POINTING))}|the|a|an|any)\b)"  # not "did not pay"
_BOUNDARY = re.compile(rf"[?;]\s+(?!\s*\()(?:and\s+)?|,?\s+and\s+(?={_ASKS})", re.IGNORECASE)
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
    return [first, *(f"{p} ({first})" if holds_pointing_word(p) else p for p in pieces[1:])]


def asked_otherwise(question: str) -> str:
    """Return the same question in the words of a report; "" for most.

    "What is Taiwan's population?" asks how many people live in Taiwan, which is how an article says it.
    """
    found = _ASKS_NOUN.fullmatch(question)
    if found is None:
        return ""
    noun, of = (found["noun"], found["of"]) if found["noun"] else (found["owned"], found["owner"])
    return _ASKED_NOUNS[noun.casefold()].replace("X", of)


def with_question_before(question: str, turns: Sequence[Turn]) -> str:
    """Return `question`, followed by the one before it (as that was searched) when it depends on it.

    Both are searched together: the words of the earlier question bring its subject, those of the new one what is asked.
    A question with words enough of its own ("And who won the election?") takes only the names of the one before. This
    is how follow-up questions become self-contained when there is no model to rewrite them.
    """
    if not turns or not depends_on_turns(question):
        return question
    before = _searched_before(turns[-1])
    if _needs_whole(question):
        return f"{question} ({before})"
    words = _words(question)
    names = dict.fromkeys(name for name in _names(before) if name.casefold() not in words)
    return f"{question} ({' '.join(names)})" if names else question


def _needs_whole(question: str) -> bool:
    """Whether a question that depends on the one before needs all its words; else its names are enough."""
    own = [word for word in _words(question) if word not in _BARE | STOP]
    turns_away = _words(question)[:2] == ["what", "about"] and own and not _names(question)  # "What about the weir?"
    return holds_pointing_word(question) or (len(own) < _ENOUGH and not turns_away)


def _searched_before(turn: Turn) -> str:
    """Return the question of a turn, or the subject of an overview; of a follow-up, what it was itself followed by."""
    before, opening = turn.standalone or turn.question, f"{turn.question} ("
    if before.startswith(opening) and _needs_whole(turn.question):
        before = before[len(opening) : -1]
    wish = wish_of(before)
    return before if wish.kind is Kind.FACT else wish.searched or before


def depends_on_turns(question: str) -> bool:
    """Whether a question cannot be understood alone: it has a pointing word, or hardly any word of its own."""
    if holds_pointing_word(question):
        return True
    wish = wish_of(question)
    if wish.kind is not Kind.FACT and wish.subject:  # "Timeline: the spill" is short and complete
        return False
    words = _words(question)
    if words[:1] in (["and"], ["but"], ["or"]) or words[:2] == ["what", "about"]:
        return True
    own = [word for word in words if word not in _BARE]
    return len(own) < _FEW and not _names(question)


def _words(question: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(question)]


def _names(question: str) -> list[str]:
    """Return the words after the first with a capital letter, and numbers, except those that only open a question."""
    return [w for w in _WORD.findall(question)[1:] if (w[0].isupper() or w[0].isdigit()) and w.casefold() not in _BARE]


_READ = 400  # characters in which an imperative must begin
_LEAD_IN = re.compile(
    r"\W*(?:(?:please|kindly|now|then|next|also|and|so|always|never|just|simply|instead|finally|first|again|otherwise"
    r"|do not|don['’]t|from (?:now|here) on|henceforth|in (?:future|addition)|make sure (?:to|that you)|be sure to"
    r"|(?:you|we|i)(?: \w+)? (?:must|should|shall|need to|have to|want you to|ask you to)"
    r"|your (?:task|job) is to)\b,?\s*)+",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:if|when|whenever|once|before|after|while|to|in|at|for|as|on|with|throughout|regardless)\b[^,:;]{3,120}[,:;]\s+",
    re.IGNORECASE,
)
_OBJECTS = word_set(
    "a an the this that these those your my me us it him them some any each every all both no only nothing everything "
    "everyone everybody anyone nobody how why what whether"
)
_PLAIN = word_set("be do have say reply apply supply rely comply multiply fly bring sing sting swing mention question")
_NO_VERB_ENDS = ("ing", "ed", "ly", "ion", "ment", "ness", "ity", "ism", "ist", "ous", "ful", "able")
_FINITE = listed("verbs_without_ending") - _OBJECTS


def ordered(text: str) -> str:
    """Return what an imperative orders, from its verb on; "" for a sentence that orders nothing."""
    start = text[:_READ]
    for _ in range(2):
        start = _after(_LEAD_IN, start)
        start = _after(_CONDITION, start)
    start = _after(_LEAD_IN, start).lstrip("\"“‘'(—–- ")
    words = tokens(start)
    if not words or not _may_be_ordered(words[0]):
        return ""
    followed = len(words) > 1 and words[1].folded in _OBJECTS
    return start if followed or not any(_is_finite(word) for word in words[1:]) else ""


def _after(opening: re.Pattern[str], text: str) -> str:
    found = opening.match(text)
    return text[found.end() :] if found else text


def _may_be_ordered(word: Token) -> bool:
    """Whether a word may be a verb in its plain form."""
    folded = word.folded
    if folded in VERBS or folded in _PLAIN:
        return True
    return (
        folded.isalpha() and folded not in STOP and not folded.endswith(_NO_VERB_ENDS) and not word.text[1:].isupper()
    )


def _is_finite(word: Token) -> bool:
    """Whether a word may be the verb of a sentence that is no order."""
    return word.folded in _FINITE or (is_past(word) and not word.capital)
