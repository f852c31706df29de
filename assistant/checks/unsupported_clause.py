"""What is added at the end: a last clause of which the cited sentences hold no word at all.

Shared words hide it: "The council approved the tunnel, and here is letters" shares nearly all of its words with a
sentence on the tunnel. Only the last clause is looked at, since openings ("On the other hand") and insertions are full
of words that claim nothing. And the verb of a few words: "The vote was stolen" shares all but what it claims.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.checks.attribution import SPEECH_STEMS
from assistant.checks.claim import Finding, Sources
from assistant.checks.dates import NO_DATES, Dates, known_years
from assistant.checks.features import COMMENT, content, held, soft
from assistant.checks.names import identified_words
from assistant.checks.numbers import sort_numbers
from assistant.english.known import Known
from assistant.english.words import LONGEST, Token, clipped, is_past
from assistant.records import Verdict

_FEW = 4  # content words; on RAGTruth a missing verb among five is mostly another word for the same
_CLAUSE = re.compile(r"[,;:—–(]\s*|\s-\s|\b(?:and|but|or|so|while|which|who|because|although|though)\b")


def check_addition(text: str, sources: Sources, dates: Dates) -> list[Finding]:
    """A finding when nothing of the last clause is in the cited sentences, and it is no "…, she said"."""
    starts = [match.end() for match in _CLAUSE.finditer(text[:LONGEST])]
    words = content(text)
    start = next((at for at in reversed(starts) if words and at <= words[-1].start), 0)
    added = [token for token in words if token.start >= start and token.folded not in COMMENT]
    if not start or not added or any(token.stem in SPEECH_STEMS for token in added):
        return []
    if any(_borne_out(added, text, sources, dates)):
        return []
    return [Finding(Verdict.PARTLY, f"nothing of “{clipped(text[start:].strip(' .'))}” is in the {sources.noun}")]


def check_verb(text: str, sources: Sources) -> list[Finding]:
    """A finding when a statement of a few words has a verb in the past, or a participle, that no source has."""
    own = content(text)
    verbs = [
        token for token in own if is_past(token) and token.stem not in SPEECH_STEMS and token.folded not in COMMENT
    ]
    if len(own) > _FEW:
        return []
    borne_out = _borne_out(verbs, text, sources, NO_DATES)
    said = [text[t.start : t.end] for t, there in zip(verbs, borne_out, strict=True) if not there]
    return [Finding(Verdict.UNSUPPORTED, f"not in the {sources.noun}: “{clipped(words)}”") for words in said[:1]]


def _borne_out(words: Sequence[Token], text: str, sources: Sources, dates: Dates) -> list[bool]:
    """For each of these words of `text`, whether a source has it in some form."""
    found, _ = sort_numbers(text, dates.spans, sources.texts, known_years(sources))
    proven = [*dates.proven, *((number.start, number.end) for number in found)]
    known, stems, named = Known(sources.texts), set(sources.stems), identified_words(text, sources)
    return [
        any(first <= token.start < last for first, last in proven)
        or token.start in named
        or held(token, stems, known)
        or soft(token.stem, stems)
        for token in words
    ]
