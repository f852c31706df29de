"""The sentence before one that points back ("She said …"), as evidence of its own.

A statement that names a person is borne out by "She said …" only together with the sentence that names her, so a model
must be able to cite both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.english.dates.find import find_dates
from assistant.english.sentences import trimmed
from assistant.records import Evidence, StoredArticle
from assistant.retrieval.retriever import reference

SentenceBefore = Callable[[Evidence], Evidence | None]  # None where the sentence makes sense alone


def with_context(evidence: Sequence[Evidence], before: SentenceBefore) -> list[Evidence]:
    """The evidence, each sentence that points back followed by the one before it, no sentence twice."""
    chosen: dict[str, Evidence] = {}
    for sentence in _with_each_before(evidence, before):
        chosen.setdefault(sentence.ref, sentence)
    return list(chosen.values())


def sentence_before(evidence: Evidence, article: StoredArticle) -> Evidence:
    """The sentence before `evidence`, which is not the first, in its article; as good as the one it explains."""
    index = evidence.sentence - 1
    start, end = trimmed(article.text, article.sentences[index])
    text = article.text[start:end]
    return Evidence(
        ref=reference(article.info, index),
        article=evidence.article,
        sentence=index,
        start=start,
        end=end,
        text=text,
        score=evidence.score,
        dates=find_dates(text, article.info.published),
    )


def _with_each_before(evidence: Sequence[Evidence], before: SentenceBefore) -> Iterator[Evidence]:
    for sentence in evidence:
        yield sentence
        if sentence.before and (earlier := before(sentence)) is not None:
            yield earlier
