"""Ranked sentences read once more, and made evidence.

Words and nearness find where the answer may be; which of the sentences there says it, only reading tells. So the first
ones are read beside the question, each with the title and the sentence before it, since half of the sentences that
answer name nobody; those that answer move up.

A sentence is said to be printed elsewhere where a copy of its article has it too, the same or hardly changed: a copy of
the story may lack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.english.number_words import find_spelt
from assistant.english.word_classes import NEGATIONS
from assistant.english.words import tokens
from assistant.library.catalog import CatalogReader
from assistant.reader.protocol import Reader
from assistant.records import ArticleInfo, Evidence, StoredArticle
from assistant.retrieval.rerank import RankedSentence, nearly_the_same

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


# -- where else it is printed


def copies_of(catalog: CatalogReader, evidence: Iterable[Evidence]) -> dict[str, tuple[StoredArticle, ...]]:
    """Return the other prints of the stories of this evidence, by the id of its article; two queries for all of it."""
    prints = catalog.prints([e.article for e in evidence])
    texts = catalog.texts(sorted({row for others in prints.values() for row in others}))
    stored = {
        row: StoredArticle(info=info, text=texts[row].text, sentences=texts[row].all_sentences(), current=True)
        for others in prints.values()
        for row, info in others.items()
        if row in texts
    }
    return {id_: tuple(stored[row] for row in others if row in stored) for id_, others in prints.items() if others}


def with_also_in(evidence: Evidence, copies: Mapping[str, Sequence[StoredArticle]]) -> Evidence:
    """Return the evidence, whose article names the copies that print its sentences too."""
    info = evidence.article
    having = [c.info for c in copies.get(info.id, ()) if _prints(c, evidence)]
    found = printed_in(info, having)
    return evidence if found == info.also_in else replace(evidence, article=replace(info, also_in=found))


def printed_in(info: ArticleInfo, prints: Iterable[ArticleInfo]) -> tuple[str, ...]:
    """Return the outlets of other prints; where an outlet is unknown or the article's own, “title”. Sorted."""
    others, own = list(prints), {info.outlet.casefold(), ""}
    named = {p.outlet.casefold(): p.outlet for p in others if p.outlet.casefold() not in own}
    titled = {f"“{p.title}”" for p in others if p.outlet.casefold() in own and p.title}
    return (*sorted(named.values(), key=str.casefold), *sorted(titled))


def _prints(copy: StoredArticle, evidence: Evidence) -> bool:
    """Whether a copy has the sentences of the evidence in a row, the same or hardly changed."""
    if evidence.text in copy.text:
        return True
    tiles = copy.sentences
    runs = (
        copy.text[tiles[i].start : tiles[i + evidence.sentences - 1].end].strip()
        for i in range(len(tiles) - evidence.sentences + 1)
    )
    return any(_hardly_changed(evidence.text, run) for run in runs)


def _hardly_changed(one: str, other: str) -> bool:
    """Whether two sentences say the same: no name, number or negation is in one of them alone, and the order stays."""
    if not other or not nearly_the_same(one, other):
        return False
    mine, theirs = tokens(one), tokens(other)
    apart = {t.folded for t in mine} ^ {t.folded for t in theirs}
    if [t.folded for t in mine if t.folded not in apart] != [t.folded for t in theirs if t.folded not in apart]:
        return False
    told = [t for t in (*mine, *theirs) if t.folded in apart]
    return not any(t.capital or t.folded in NEGATIONS or any(find_spelt(t.text)) for t in told)
