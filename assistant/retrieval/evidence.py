"""Evidence made of ranked sentences."""

from __future__ import annotations

from assistant.records import ArticleInfo, Evidence
from assistant.retrieval.rerank import RankedSentence


def evidence_of(ranked: RankedSentence, score: float) -> Evidence:
    """Return a ranked sentence as evidence, with a score of 0 to 1."""
    info = ranked.stored.info
    return Evidence(
        ref=reference(info, ranked.sentence.index),
        article=info,
        sentence=ranked.sentence.index,
        start=ranked.start,
        end=ranked.end,
        text=ranked.text,
        score=min(1.0, max(0.0, score)),
        before=ranked.before,
        words=ranked.coverage,
        meaning=ranked.meaning,
    )


def reference(info: ArticleInfo, sentence: int, sentences: int = 1) -> str:
    """Return the permalink of a sentence, or of neighbouring ones: 0a1b2c3d4e-5f6071-7, or …-7..8.

    It names the text, so it means the same in every library that holds it.
    """
    last = f"..{sentence + sentences}" if sentences > 1 else ""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}{last}"
