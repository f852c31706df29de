"""What is added at the end: a last clause of which the cited sentences hold no word at all.

Shared words hide it: "The council approved the tunnel, and here is letters" shares nearly all of its words with a
sentence on the tunnel. Only the last clause is looked at, since openings ("On the other hand") and insertions are full
of words that claim nothing.
"""

from __future__ import annotations

import re

from assistant.answering.checks.days import Dates, known_years
from assistant.answering.checks.features import COMMENT, content, held, soft
from assistant.answering.checks.known import Known
from assistant.answering.checks.names import identified_words
from assistant.answering.checks.numbers import sort_numbers
from assistant.answering.checks.sources import Finding, Sources
from assistant.answering.checks.speech import SPEECH_STEMS
from assistant.answering.checks.words import LONGEST, clipped
from assistant.records import Verdict

_CLAUSE = re.compile(r"[,;:—–(]\s*|\s-\s|\b(?:and|but|or|so|while|which|who|because|although|though)\b")


def check_addition(text: str, sources: Sources, dates: Dates) -> list[Finding]:
    """A finding when nothing of the last clause is in the cited sentences, and it is no "…, she said"."""
    starts = [match.end() for match in _CLAUSE.finditer(text[:LONGEST])]
    words = content(text)
    start = next((at for at in reversed(starts) if words and at <= words[-1].start), 0)
    added = [token for token in words if token.start >= start and token.folded not in COMMENT]
    if not start or not added or any(token.stem in SPEECH_STEMS for token in added):
        return []
    found, _ = sort_numbers(text, dates.spans, sources.texts, known_years(sources))
    proven = [*dates.proven, *((number.start, number.end) for number in found)]
    known, stems = Known(sources.texts), set(sources.stems)
    named = identified_words(text, sources)
    for token in added:
        spanned = any(first <= token.start < last for first, last in proven)
        if spanned or token.start in named or held(token, stems, known) or soft(token.stem, stems):
            return []
    return [Finding(Verdict.PARTLY, f"nothing of “{clipped(text[start:].strip(' .'))}” is in the {sources.noun}")]
