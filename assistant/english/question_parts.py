"""A question about several things, taken apart: "Who closed the bridge, and what will the repair cost?"."""

from __future__ import annotations

import re

MOST_PARTS = 4  # searched one by one; a longer list is searched as one question

_PRONOUN = r"(?:it|its|he|she|they|him|her|his|their|them|this|that|these|those|there|then|one)"
_QUESTION_WORD = r"(?:who|whom|whose|what|when|where|why|how|which)"
_VERB = r"(?:did|does|do|is|was|are|were|will|has|have|had|can|could|should)"
_ASKS = rf"(?:{_QUESTION_WORD}\b|{_VERB}\s+(?:{_PRONOUN}|the|a|an|any)\b)"  # "did the mayor", not "did not pay"
_BOUNDARY = re.compile(rf"[?;]\s+(?!\s*\()(?:and\s+)?|,?\s+and\s+(?={_ASKS})", re.IGNORECASE)
_OPENS = re.compile(rf"\W*(?:also,?\s+)?(?:(?:at|in|on|for|from|by|to|with)\s+)?{_ASKS}", re.IGNORECASE)
_POINTS_BACK = re.compile(rf"\b{_PRONOUN}\b", re.IGNORECASE)
_SHORT = 4  # words; a shorter part is hardly a question of its own


def question_parts(question: str) -> list[str]:
    """The questions within a question, each to be searched by itself; the whole one when it asks one thing.

    A part that points back ("what will it cost?") keeps the first part beside it. A statement before a question is no
    part: "The bridge was closed. Who closed it?" asks one thing, and both sentences say what. Nor is what stands in
    brackets: "Who closed it? (When was the bridge built?)" tells what the question follows.
    """
    pieces = [piece.strip() for piece in _BOUNDARY.split(question) if piece.strip()]
    asked = all(_OPENS.match(piece) and len(piece.split()) >= _SHORT for piece in pieces)
    if not asked or not 2 <= len(pieces) <= MOST_PARTS:
        return [question]
    first = pieces[0]
    return [first, *(f"{p} ({first})" if _POINTS_BACK.search(p) else p for p in pieces[1:])]
