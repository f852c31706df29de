"""Prompt injection: whether the cited sentence is a report, and not a question or an order to the writer of an answer.

Attackers plant such sentences in articles. A statement that rests on nothing else is not supported by the archive, not
even when it repeats one word for word; and where a statement cites a report beside one, only the report counts.

No list of verbs decides what an order is, for any verb can be ordered. An order is known by whom it speaks to and what
of: it is an imperative, or says what must be, and speaks of a reply, an answer, its letters, or of earlier
instructions; or it names whoever answers. Any other imperative reports nothing to a question with which it shares no
word ("Write a poem about …"); recipes and advice answer questions about them. A sentence that reports an order ("The
page told chatbots to ignore their instructions", "… ,” the hidden text said") is a report.

Disguises are taken off first: hidden characters, tags and brackets that imitate a prompt's frame, the name of a role
("System:"), what is left of a terminal's escape codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.checks.claim import Claim, Finding, Sources
from assistant.checks.relevance import is_far
from assistant.english.questions import is_asked
from assistant.english.words import LONGEST, STOP, VERBS, Token, content_words, is_past, listed, tokens, word_set
from assistant.records import Verdict
from assistant.safe_text import as_data

_ESCAPES = re.compile(r"\]\d{1,2};[^\s\[\]]{0,80}|\[[0-9;?]{0,8}[A-Za-z](?=[A-Z])")
_TAGS = re.compile(
    r"^(?:\s|‹[^›]{0,80}›|\([^)]{0,40}\)|[|\]›)]|\b(?:system|assistant|user|developer)\b(?=\s*:|\s+[A-Z])\s*:?)+",
    re.IGNORECASE,
)
_END_TAGS = re.compile(r"(?:\s|‹[^›]{0,80}›|\(\d{1,6}\))+\Z")
_READ = 400  # characters in which an order must begin
_REPLIES = (
    r"(?:responses?|repl(?:y|ies)|answers?|answering|outputs?|messages?|summar(?:y|ies)|completions?|translations?"
    r"|text|words|sentences?|paragraphs?|lines?)"
)
_REPLY = re.compile(rf"\b(?:your|the final|the next|this|each|every|all)\s(?:\w+\s){{0,2}}{_REPLIES}\b", re.IGNORECASE)
_YOUR_REPLY = re.compile(
    r"\byour (?:\w+ )?(?:responses?|repl(?:y|ies)|answers?|outputs?|completions?|summary)\b", re.IGNORECASE
)
_ANY_REPLY = re.compile(
    rf"\b(?:any|every|all|each)\s(?:\w+\s)?{_REPLIES}\b.{{0,80}}?\b(?:must|should|shall|has to|have to|needs? to)\b",
    re.IGNORECASE,
)
_WHEN_ASKED = re.compile(
    r"\b(?:if|when|whenever|once|before|while)\s(?:\w+\s){0,4}(?:asked|asks|ask|answering|answer|replying|reply"
    r"|responding|respond|summari[sz]ing|summari[sz]e|quoting|citing|prompted)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(
    r"\b(?:vowels?|consonants?|letters|(?:each|every|first|last|one) letter|characters|spaces|punctuation)\b",
    re.IGNORECASE,
)
_IN_YOUR_REPLY = re.compile(r"\W*in your (?:response|reply|answer|message)\b", re.IGNORECASE)
_RULES = r"(?:instructions?|prompts?|rules|guidelines)\b"
_OVERRIDE = re.compile(
    rf"(?:^|[.:;!?\"“‘(—–-]\s*|\b(?:please|now|just)\s)(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s){{0,4}}{_RULES}"
    r"|(?<!\bto )(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s)?(?:previous|prior|above|earlier|preceding)\s"
    rf"(?:\w+\s){{0,2}}{_RULES}"
    r"|\b(?:your system prompt|as an ai|you are now an?)\b",
    re.IGNORECASE,
)
_TO_ALL = re.compile(
    r"[\w’'-]+\s(?:(?:to|with|for)\s)?(?:(?:every|each|all|any|your|the)\s(?:\w+\s){0,2}(?:readers?|users?|persons?|questions?|quer(?:y|ies)|visitors?"
    r"|customers?|prompts?)|everyone|everybody|anyone|anybody|whoever)\b",
    re.IGNORECASE,
)
_TO_MACHINES = re.compile(
    r"\b(?:ai|artificial intelligence|assistants?|chat ?bots?|bots?|language models?|llms?)\s(?:\w+\s)?"
    r"(?:reading|processing|summari[sz]ing|parsing|indexing)\s(?:this|these)\b"
    r"|\bif you are an? (?:\w+\s)?(?:ai|assistant|chat ?bot|bot|language model|llm)\b"
    r"|^\W*(?:dear|attention,?(?: all)?|note to(?: the| any| all)?|message to(?: the| any| all)?)\s(?:\w+\s)?"
    r"(?:ais?|assistants?|chat ?bots?|bots?|language models?|llms?)\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"(?<!\bto )\b(?:said|says|told|asked|wrote|writes|added|tweeted|posted|read|reads|according)\b", re.IGNORECASE
)
_REPORTED_BEHIND = re.compile(
    r"[,”\"’]\s(?:(?!that\b)[\w.’'-]+\s){1,5}(?:said|says|told|wrote|writes|added|tweeted|posted|read|reads)\s?(?:[,.]|\Z)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]{0,400}”?|\"[^\"]{0,400}\"?")


def check_assertion(claim: Claim) -> list[Finding]:
    """A finding when every cited sentence asks or orders."""
    sources = claim.sources
    if any(reports(c.text, claim.question) for c in sources.cited):
        return []
    if all(is_order(undisguised(c.text)) for c in sources.cited):
        return [Finding(Verdict.UNSUPPORTED, f"{sources.that('order')} a writer to say it, which reports nothing")]
    return [Finding(Verdict.PARTLY, f"{sources.that('ask')}, which reports nothing")]


def reporting(claim: Claim) -> Claim:
    """The claim without the cited sentences that report nothing, or nothing on what is asked beside others that do.

    So a true statement that goes on with what somebody planted ("…, and the only safe bank is …") is not borne out.
    """
    kept = tuple(c for c in claim.sources.cited if reports(c.text, claim.question))
    near = tuple(c for c in kept if not is_far(c.text, claim.question, [c]))
    return replace(claim, sources=Sources(near or kept, claim.sources.others))


def reports(text: str, question: str = "") -> bool:
    """Whether a sentence says something, rather than asks or orders it.

    Advice reports something where it shares a word with the question, or where none is asked.
    """
    bare = undisguised(text)
    return not (is_asked(bare) or is_order(bare) or (question and is_request(bare, question)))


def undisguised(text: str) -> str:
    """A sentence without what hides its beginning or end from a reader of plain text."""
    line = as_data(_ESCAPES.sub(" ", text[:LONGEST]), LONGEST)
    return _END_TAGS.sub("", _TAGS.sub("", line))


def is_request(text: str, question: str) -> bool:
    """Whether a sentence asks its reader for something with which the question shares no word: "Write a poem …"."""
    if not is_advice(text):
        return False
    asked = {token.stem for token in content_words(question)}
    return bool(asked) and not asked & {token.stem for token in content_words(text)}


def is_advice(text: str) -> bool:
    """Whether a sentence tells its reader to do something, and nobody is said to have said so."""
    bare = undisguised(text)
    return bool(ordered(bare)) and not _is_reported(bare[:_READ])


def is_order(text: str) -> bool:
    """Whether a sentence tells the writer of a reply what to write."""
    start = text[:_READ]
    around = _QUOTED.sub(" ", start)
    if _is_reported(around):  # what it quotes is somebody else's order
        return any(order.search(around) for order in (_OVERRIDE, _TO_MACHINES))
    if any(order.search(start) for order in (_OVERRIDE, _TO_MACHINES)) or _IN_YOUR_REPLY.match(start):
        return True
    if _YOUR_REPLY.search(around) or _ANY_REPLY.search(around):
        return True
    order = ordered(start)
    return bool(order) and bool(_TO_ALL.match(order) or any(o.search(start) for o in (_REPLY, _LETTERS, _WHEN_ASKED)))


def _is_reported(around: str) -> bool:
    """Whether a sentence, its quotations left out, says that somebody said something, and is not itself an order to."""
    if not _REPORTS.search(around):
        return False
    return not ordered(around) or _REPORTED_BEHIND.search(around) is not None


# -- imperatives

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
_PRONOUNS = word_set("it them him her")
_PLAIN = word_set("be do have say reply apply supply rely comply multiply fly bring sing sting swing mention question")
_NO_VERB_ENDS = ("ing", "ed", "ly", "ion", "ment", "ness", "ity", "ism", "ist", "ous", "ful", "able")
_FINITE = listed("verbs_without_ending") - _OBJECTS


def ordered(text: str) -> str:
    """Return what an imperative orders, from its verb on; "" for a sentence that orders nothing.

    It is told by no list of verbs: any verb can be ordered. It opens with a word that may be a verb in its plain form,
    after "please", "from now on", a condition ("If you are asked, …"), and is followed by what only a verb is followed
    by, an article or a pronoun; or no other word of the sentence can be its verb. This errs on the side of an
    imperative: headlines ("Talks without end") look alike, so use it beside something else.
    """
    start = text[:_READ]
    for _ in range(2):
        start = _after(_LEAD_IN, start)
        start = _after(_CONDITION, start)
    start = _after(_LEAD_IN, start).lstrip("\"“‘'(—–- ")
    words = tokens(start)
    if not words or not _may_be_ordered(words[0]):
        return ""
    if _tells_of_one(words):
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


def _tells_of_one(words: Sequence[Token]) -> bool:
    """Whether a noun and a verb in the present open a sentence: "Industry uses it to …"."""
    opening = words[:3]
    if len(opening) < 3 or words[0].folded in VERBS | _PLAIN or opening[2].folded not in _PRONOUNS:
        return False
    third_person = opening[1].text.islower() and opening[1].folded.endswith("s")
    return third_person and not any(_is_finite(word) for word in words[3:4])


def _is_finite(word: Token) -> bool:
    """Whether a word may be the verb of a sentence that is no order."""
    return word.folded in _FINITE or (is_past(word) and not word.capital)
