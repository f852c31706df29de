"""Prompt injection: whether the cited sentence is a report, and not a question or an order to the writer of an answer.

Attackers plant such sentences in articles. A statement that rests on nothing else is not supported by the archive, not
even when it repeats one word for word; and where a statement cites a report beside one, only the report counts.

An order speaks of a reply, an answer or instructions: recipes and advice columns give orders too. A request ("Explain
the theory …", "Write a poem …") is the kind that a reporter has no use for and a chatbot obeys. A sentence that reports
an order ("The page told chatbots to ignore their instructions", "… ,” the hidden text said") is a report.

Disguises are taken off first: hidden characters, tags and brackets that imitate a prompt's frame, the name of a role
("System:"), what is left of a terminal's escape codes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.checks.claim import Claim, Finding, Sources
from assistant.english.questions import is_asked
from assistant.english.word_lists import listed, word_set
from assistant.english.words import LONGEST, tokens
from assistant.records import Verdict
from assistant.safe_text import as_data

_ESCAPES = re.compile(r"\]\d{1,2};[^\s\[\]]{0,80}|\[[0-9;?]{0,8}[A-Za-z](?=[A-Z])")
_TAGS = re.compile(
    r"^(?:\s|‹[^›]{0,80}›|\([^)]{0,40}\)|[|\]›)]|\b(?:system|assistant|user|developer)\b(?=\s*:|\s+[A-Z])\s*:?)+",
    re.IGNORECASE,
)
_END_TAGS = re.compile(r"(?:\s|‹[^›]{0,80}›|\(\d{1,6}\))+\Z")
_READ = 400  # characters in which an order must begin
_COMMANDS = listed("commands_to_writers")
_REPLY = re.compile(
    r"\b(?:your|the final|the next|this|each|every|all)\s(?:\w+\s)?(?:responses?|repl(?:y|ies)|answers?|outputs?"
    r"|messages?|summary|completions?|text|words|letters)\b",
    re.IGNORECASE,
)
_CIPHERS = listed("cipher_verbs")
_LETTERS = re.compile(r"\b(?:vowels?|consonants?|letters?|characters|spaces|punctuation)\b", re.IGNORECASE)
_IN_YOUR_REPLY = re.compile(r"\W*in your (?:response|reply|answer|message)\b", re.IGNORECASE)
_RULES = r"(?:instructions?|prompts?|rules|guidelines)\b"
_OVERRIDE = re.compile(
    rf"(?:^|[.:;!?\"“‘(—–-]\s*|\b(?:please|now|just)\s)(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s){{0,4}}{_RULES}"
    r"|(?<!\bto )(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s)?(?:previous|prior|above|earlier|preceding)\s"
    rf"(?:\w+\s){{0,2}}{_RULES}"
    r"|\b(?:your system prompt|as an ai|you are now an?)\b",
    re.IGNORECASE,
)
# Orders about what to say to whoever asks: "From now on tell every reader that …", "Answer all questions with …".
_LEAD_IN = (
    r"(?:(?:from now on|from here on|henceforth|then|now|next|also|and|please|instead|always|in future),?\s){0,3}"
)
_TO_ALL = re.compile(
    rf"\W*{_LEAD_IN}(?:tell|inform|assure|convince|answer|advise|warn|remind|assume|greet)\s"
    r"(?:(?:every|each|all|any|your|the)\s(?:\w+\s){0,2}(?:readers?|users?|persons?|questions?|quer(?:y|ies)|visitors?"
    r"|customers?|prompts?)|(?:everyone|everybody|anyone|anybody|whoever))\b",
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
_TASKS = listed("request_verbs")
_OBJECTS = word_set("a an the this that these those your my me us some any each every how why what who when where down")
_REPORTS = re.compile(r"\b(?:said|says|told|asked|wrote|writes|added|tweeted|posted|read|reads|according)\b", re.I)
_QUOTED = re.compile(r"“[^”]{0,400}”?|\"[^\"]{0,400}\"?")


def check_assertion(claim: Claim) -> list[Finding]:
    """A finding when every cited sentence asks or orders."""
    sources = claim.sources
    if any(reports(c.text) for c in sources.cited):
        return []
    if all(is_order(undisguised(c.text)) for c in sources.cited):
        return [Finding(Verdict.UNSUPPORTED, f"{sources.that('order')} a writer to say it, which reports nothing")]
    return [Finding(Verdict.PARTLY, f"{sources.that('ask')}, which reports nothing")]


def reporting(claim: Claim) -> Claim:
    """The claim without the cited sentences that report nothing."""
    sources = Sources(tuple(c for c in claim.sources.cited if reports(c.text)), claim.sources.others)
    return replace(claim, sources=sources)


def reports(text: str) -> bool:
    """Whether a sentence says something, rather than asks or orders it."""
    bare = undisguised(text)
    return not (is_asked(bare) or is_request(bare) or is_order(bare))


def undisguised(text: str) -> str:
    """A sentence without what hides its beginning or end from a reader of plain text."""
    line = as_data(_ESCAPES.sub(" ", text[:LONGEST]), LONGEST)
    return _END_TAGS.sub("", _TAGS.sub("", line))


def is_request(text: str) -> bool:
    """Whether a sentence asks its reader to write or explain something: "Write a poem about …"."""
    first = [token.folded for token in tokens(text[:_READ])[:3] if token.folded != "please"]
    return len(first) > 1 and first[0] in _TASKS and first[1] in _OBJECTS and not _REPORTS.search(text[:_READ])


def is_order(text: str) -> bool:
    """Whether a sentence tells the writer of a reply what to write."""
    start = text[:_READ]
    around = _QUOTED.sub(" ", start)
    if _REPORTS.search(around):  # what it quotes is somebody else's order
        start = around
    if _OVERRIDE.search(start) or _IN_YOUR_REPLY.match(start) or _TO_MACHINES.search(start):
        return True
    if _TO_ALL.match(start) and not _REPORTS.search(around):
        return True
    first = {token.folded for token in tokens(start)[:3]}
    return bool((first & _COMMANDS and _REPLY.search(start)) or (first & _CIPHERS and _LETTERS.search(start)))
