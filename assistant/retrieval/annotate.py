"""What is added to the sentences that are offered: the dates they name, who says them, and the sentence before.

Reading dates and speakers takes longer than ranking a sentence, so it is done for the few that are offered, shown or
compared and not for all that were found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.english.dates.find import find_dates
from assistant.english.speakers import speaker_of
from assistant.records import ArticleInfo, Evidence, Retrieved


def annotated(evidence: Sequence[Evidence], texts: Mapping[str, str]) -> list[Evidence]:
    """Return the evidence with its dates and speakers; `texts` are those of its articles, by id.

    A sentence whose article is not among them stays as it is.
    """
    return [_annotated(e, texts[e.article.id]) if e.article.id in texts else e for e in evidence]


def with_sentences_before(found: Retrieved) -> list[Evidence]:
    """Return the annotated evidence, each sentence that points back followed by the one before it, none twice.

    A statement that names a person is borne out by "She said …" only together with the sentence that names her, so a
    model must be able to cite both.
    """
    chosen: dict[str, Evidence] = {}
    for sentence in annotated(found.evidence, found.texts):
        chosen.setdefault(sentence.ref, sentence)
        if sentence.before and sentence.article.id in found.texts:
            earlier = sentence_before(sentence, found.texts[sentence.article.id])
            chosen.setdefault(earlier.ref, earlier)
    return list(chosen.values())


def sentence_before(evidence: Evidence, article_text: str) -> Evidence:
    """Return the sentence before one that points back, as evidence as good as the one that it explains."""
    start = article_text.rindex(evidence.before, 0, evidence.start)
    return Evidence(
        ref=reference(evidence.article, evidence.sentence - 1),
        article=evidence.article,
        sentence=evidence.sentence - 1,
        start=start,
        end=start + len(evidence.before),
        text=evidence.before,
        score=evidence.score,
        dates=find_dates(evidence.before, evidence.article.published),
    )


def reference(info: ArticleInfo, sentence: int) -> str:
    """Return the permalink of a sentence. It names the text, so it means the same in every library that holds it."""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}"


def _annotated(evidence: Evidence, article_text: str) -> Evidence:
    speaker = speaker_of(article_text, evidence.start, evidence.end)
    dates = find_dates(evidence.text, evidence.article.published)
    return replace(evidence, dates=dates, speaker=str(speaker or ""))
