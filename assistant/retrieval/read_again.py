"""Reading: the first sentences of the ranking are read beside the question, and those that answer it move up.

Words and nearness find where the answer may be; which of the sentences there says it, only reading tells. Each is read
with the title and the sentence before it, since half of the sentences that answer name nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.reader.protocol import Reader
from assistant.retrieval.evidence import evidence_of
from assistant.retrieval.rerank import RankedSentence

READ = 24  # sentences; later ones hold the answer of hardly any question that the first do not answer
_WEIGHT = 2.0  # of the log odds of "answers" beside the score, which is 0 to about 33: best of eight on 197 questions
_CLIPPED = 5.0  # log odds; beyond, a reader is no surer


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
