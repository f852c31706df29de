"""Copies among the evidence: one print of a story stands for the others, which are named beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assistant.library.library import Library
from assistant.records import ArticleInfo, Evidence


def stands_for(one: ArticleInfo, other: ArticleInfo, outlets: Collection[str]) -> bool:
    """Whether a sentence that two prints of a story share is cited from `one` rather than from `other`.

    First comes a print of an outlet that the question names, then one that was not retracted, then a dated one, then
    the earliest, then one whose outlet is known; last the smaller id decides. False for articles of two stories.
    """
    return bool(one.story) and one.story == other.story and _order(one, outlets) < _order(other, outlets)


def _order(info: ArticleInfo, outlets: Collection[str]) -> tuple[bool, bool, bool, date, bool, str]:
    return (
        info.outlet not in outlets,
        info.notice_kind == "retraction",
        info.published is None,
        info.published or date.max,
        not info.outlet,
        info.id,
    )


def with_copies(library: Library, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same evidence, whose articles name where else their stories are printed; one query for all of it."""
    known = library.catalog.also_in([e.article for e in evidence])
    return tuple(
        replace(e, article=replace(e.article, also_in=known[e.article.id])) if known[e.article.id] else e
        for e in evidence
    )
