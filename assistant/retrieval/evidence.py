"""Ranked sentences read once more, and made evidence.

Words and nearness find where the answer may be; which of the sentences there says it, only reading tells. So the first
ones are read beside the question, each with the title and the sentence before it, since half of the sentences that
answer name nobody; those that answer move up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.reader.protocol import Reader
from assistant.records import ArticleInfo, Evidence
from assistant.retrieval.rerank import RankedSentence

READ = 24  # sentences; later ones hold the answer of hardly any question that the first do not answer
_WEIGHT = 2.0  # of the log odds of "answers" beside the score, which is 0 to about 33: best of eight on 197 questions
_CLIPPED = 5.0  # log odds; beyond, a reader is no surer


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


def read_again(ranked: Sequence[RankedSentence], question: str, reader: Reader) -> list[RankedSentence]:
    """Return the sentences in their new order, each of the first `READ` with what the reader thinks of it.

    Scores still fall along the list: those that were read keep the scores of their places among them.
    """
    first = list(ranked[:READ])
    pairs = [(question, replace(evidence_of(sentence, 0.0), before=sentence.earlier)) for sentence in first]
    odds = [max(-_CLIPPED, min(_CLIPPED, found)) for found in reader.answers(pairs)]
    told = [replace(sentence, answers=found) for sentence, found in zip(first, odds, strict=True)]
    told.sort(key=lambda sentence: -(sentence.score + _WEIGHT * (sentence.answers or 0.0)))
    scores = sorted((sentence.score for sentence in first), reverse=True)
    placed = [replace(sentence, score=score) for sentence, score in zip(told, scores, strict=True)]
    return [*placed, *ranked[READ:]]
