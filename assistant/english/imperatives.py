"""Imperatives: whether a sentence tells whoever reads it to do something ("Write a poem about …").

No list of verbs decides: any verb can be ordered. An imperative opens with a word that may be a verb in its plain form,
after "please", "from now on", a condition ("If you are asked, …"), and is followed by what only a verb is followed by,
an article or a pronoun; or no other word of the sentence can be its verb. Errs on the side of an imperative: headlines
("Talks without end") look alike, so use it beside something else.
"""

from __future__ import annotations

import re

from assistant.english.word_lists import listed, word_set
from assistant.english.words import STOP, VERBS, Token, is_past, tokens

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
