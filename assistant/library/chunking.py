"""Chunking: an article cut up into sentences and passages, measured in the embedder's own tokens."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.articles.corrections import CorrectionKind, find_corrections
from assistant.articles.near_duplicates import sketch_bands
from assistant.articles.passages import build_passages
from assistant.english.sentences import split_sentences
from assistant.library.catalog import NewVersion
from assistant.library.embedders.base import Embedder
from assistant.records import Article, Sentence


def cut_up(article: Article, embedder: Embedder, sentences: Sequence[Sentence] | None = None) -> NewVersion:
    """Cut an article up, ready to be recorded; `sentences` are given where its text was split before."""
    sentences = split_sentences(article.text) if sentences is None else sentences
    counts = embedder.count_tokens([article.text[s.start : s.end] for s in sentences])
    passages = build_passages(
        article.text,
        sentences,
        counts,
        longest=embedder.max_tokens,
        count=lambda text: embedder.count_tokens([text])[0],
    )
    return NewVersion(
        article=article,
        sentences=sentences,
        passages=passages,
        notice=notice_of(article.text),
        bands=sketch_bands(article.text),
    )


def notice_of(text: str) -> tuple[str, str]:
    """Kind and words of the gravest notice that a text carries, the first of its kind; "" and "" for none."""
    gravest = min(find_corrections(text), key=lambda notice: list(CorrectionKind).index(notice.kind), default=None)
    if gravest is None:
        return "", ""
    return str(gravest.kind), " ".join(text[gravest.start : gravest.end].split())
