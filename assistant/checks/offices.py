"""Offices: a statement that calls somebody "governor" needs a cited sentence that does, or the one before it."""

from __future__ import annotations

from assistant.checks.claim import Finding, Sources
from assistant.checks.features import held
from assistant.english.known import Known
from assistant.english.words import LONGEST, stem, tokens, word_set
from assistant.records import Verdict

_OFFICES = frozenset(
    stem(word)
    for word in word_set(
        "president minister premier chancellor governor mayor senator congressman congresswoman lawmaker king queen"
        " prince princess judge justice chairman chairwoman director secretary ambassador commissioner sheriff coach"
        " captain bishop pope professor founder owner lawyer prosecutor treasurer commander admiral"
    )
)


def check_offices(text: str, sources: Sources) -> list[Finding]:
    """A finding for the first office that neither the cited sentences name nor the titles and sentences before them."""
    texts = (*sources.texts, *sources.titles, *(c.before for c in sources.cited))
    stems = {token.stem for source in texts for token in tokens(source)}
    known = Known(texts)
    for token in tokens(text[:LONGEST]):
        if token.stem in _OFFICES and not held(token, stems, known):
            return [Finding(Verdict.PARTLY, f"nobody is called “{token.text}” in the {sources.noun}")]
    return []
