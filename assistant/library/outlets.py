"""The outlet of articles whose source names none, and whether two articles are of one outlet."""

from __future__ import annotations

from dataclasses import replace

from assistant.articles.build import host
from assistant.library.rows import LABEL, KnownArticle, label_of
from assistant.records import Article

_NAMES = [column.name for column in LABEL]
_TITLE, _OUTLET, _DAY, _URL, _GIVEN = map(_NAMES.index, ("title", "outlet", "published", "url", "outlet_given"))


def with_outlet(article: Article, given: str | None, before: KnownArticle | None) -> Article:
    """The article with the outlet that its source names; else the one `given`; else the one once given for it.

    So an outlet that a person gave is not lost when the same files are taken in again without it (None), until it is
    taken back ("") or the source names one. What the source named before counts no more once it names it no more. The
    host of an address is the last resort.
    """
    if article.outlet and not article.outlet_is_host:
        return article
    outlet = _kept(before) if given is None else given
    return replace(article, outlet=outlet, outlet_is_host=False, outlet_given=True) if outlet else article


def _kept(before: KnownArticle | None) -> str:
    return before.label[_OUTLET] if before and before.label[_GIVEN] else ""


def is_alike(label: tuple[str, ...], article: Article) -> bool:
    """Whether an article with the same text and this label (see `label_of`) is `article`, taken in from elsewhere.

    It has the same title and day, and no other outlet. One that names no outlet may be of any; one of which only the
    host is known is of the outlet that a person gave for an article of the same host.
    """
    mine = label_of(article)
    if (label[_TITLE], label[_DAY]) != (mine[_TITLE], mine[_DAY]):
        return False
    if article.outlet in ("", label[_OUTLET]):
        return True
    return article.outlet_is_host and bool(label[_GIVEN]) and host(label[_URL]) == article.outlet
