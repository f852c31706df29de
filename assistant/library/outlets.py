"""The outlet of articles whose source names none."""

from __future__ import annotations

from dataclasses import replace

from assistant.corpus.readers.found import host
from assistant.library.rows import LABEL, KnownArticle
from assistant.records import Article

_NAMES = [column.name for column in LABEL]
_OUTLET, _URL = _NAMES.index("outlet"), _NAMES.index("url")


def with_outlet(article: Article, given: str, before: KnownArticle | None) -> Article:
    """The article with the outlet that its source names; else the one `given`; else the one it had in the library.

    So an outlet that a person gave once is not lost when the same files are taken in again without it. The host of an
    address is the last resort, and is taken anew from the present address.
    """
    if article.outlet and not article.outlet_is_host:
        return article
    outlet = given or _kept(before) or article.outlet
    return article if outlet == article.outlet else replace(article, outlet=outlet, outlet_is_host=False)


def _kept(before: KnownArticle | None) -> str:
    if before is None or before.label[_OUTLET] == host(before.label[_URL]):
        return ""
    return before.label[_OUTLET]
