"""Is the cited sentence a report at all? A question asserts nothing, an order to the writer of an answer even less.

Attackers plant such sentences in articles. A statement that rests on nothing else is not supported by the archive.
Only orders that speak of a reply, an answer or instructions count: recipes and advice columns give orders too.
"""

from __future__ import annotations

import re

from assistant.answering.checks.sources import Finding, Sources
from assistant.answering.checks.words import tokens, word_set
from assistant.records import Verdict

_COMMANDS = word_set(
    "add adjust alter append augment begin change complete compose conclude convert create disregard embed"
    " emphasize end"
    " enhance ensure finish forget format generate give highlight ignore include inject insert integrate"
    " introduce jumble make"
    " mention misspell modify mix obey omit output override place print produce provide put randomize recommend"
    " remove rearrange"
    " repeat replace render reply respond reverse rewrite say scramble send shuffle start state stop substitute"
    " suggest swap"
    " switch tease translate use weave write encode spell group capitalize please always never"
)
_REPLY = re.compile(
    r"\b(?:your|the final|the next|this|each|every|all)\s(?:\w+\s)?(?:responses?|repl(?:y|ies)|answers?|outputs?"
    r"|messages?|summary|completions?|text|words|letters)\b",
    re.IGNORECASE,
)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\s(?:\w+\s){0,4}(?:instructions?|prompts?|rules|guidelines)\b"
    r"|\b(?:system prompt|as an ai|you are now)\b|^\W*in your (?:response|reply|answer|message)\b",
    re.IGNORECASE,
)


def check_assertion(text: str, sources: Sources) -> list[Finding]:
    """A finding when every cited sentence asks or orders."""
    if is_question(text) or not sources.cited:
        return []
    if all(is_order(c.text) for c in sources.cited):
        return [Finding(Verdict.UNSUPPORTED, f"{sources.that('order')} a writer to say it, which reports nothing")]
    if all(is_question(c.text) or is_order(c.text) for c in sources.cited):
        return [Finding(Verdict.PARTLY, f"{sources.that('ask')}, which reports nothing")]
    return []


def is_question(text: str) -> bool:
    """Whether a sentence is a question and nothing else."""
    return text.rstrip("\"'”’) \n").endswith("?")


def is_order(text: str) -> bool:
    """Whether a sentence tells the writer of a reply what to write."""
    start = text[:400]
    if _OVERRIDE.search(start):
        return True
    return any(token.folded in _COMMANDS for token in tokens(start)[:3]) and bool(_REPLY.search(start))
