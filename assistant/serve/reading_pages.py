"""The pages to read in: a sentence at its permalink, an article in any of its versions, and the list of articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.permalinks import Permalink
from assistant.records import ArticleInfo, Filters, StoredArticle
from assistant.serve.asking import read_limits
from assistant.serve.exchange import Response, WebError, WebRequest, json_reply
from assistant.serve.forms import as_given, form_values
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page
from assistant.serve.verifying import cited_sentence
from assistant.wording import added_dates

_PAGE = 50  # articles on one
_LONGEST_WORDS = 200  # characters looked for in titles


class ShownSentence(NamedTuple):
    """One sentence of an article as the page shows it."""

    number: int  # 1, 2, 3 …, as in references
    before: str  # the white space before its words
    words: str
    cited: bool


def shown_sentences(article: StoredArticle, cited: int | None) -> Iterator[ShownSentence]:
    """Yield all sentences; those of the stored text, character by character, with the one at index `cited` marked."""
    end = 0
    for tile in article.sentences:
        start, stop = trimmed(article.text, tile)
        yield ShownSentence(tile.index + 1, article.text[end:start], article.text[start:stop], tile.index == cited)
        end = stop


def _sentence(service: Service, request: WebRequest) -> Response:
    ref = request.values["ref"]
    try:
        link = service.assistant.permalink(ref.removesuffix(".json"))
    except UsageError as error:
        raise WebError(404, str(error)) from error
    if ref.endswith(".json") or request.wants("application/json"):
        return json_reply(link)
    if not link.kept:
        words = f"{link.became} A saved chat quotes it: “{link.cited.text}”"
        return page(service, "message.html", {"heading": "Removed", "words": words, "login": False})
    article = service.assistant.article(link.cited.article.id, link.cited.article.version)
    return _reader(service, article, link)


def _article(service: Service, request: WebRequest) -> Response:
    name, version = request.values["id"], request.values.get("version", "")
    try:
        article = service.assistant.article(name.removesuffix(".json"), text_hash=version)
    except UsageError as error:
        raise WebError(404, str(error)) from error
    if name.endswith(".json") or request.wants("application/json"):
        return json_reply(article)
    return _reader(service, article, None)


def _reader(service: Service, article: StoredArticle, link: Permalink | None) -> Response:
    cited = link.cited.sentence if link else None
    values = {
        "article": article,
        "link": link,
        "became": [link.became] if link and link.became else [],
        "notices": link.notices if link else (),
        "pieces": list(shown_sentences(article, cited)),
        "dates": added_dates(cited_sentence(article, link.cited.sentence)) if link else "",
        "versions": service.assistant.history(article.info.id),
    }
    return page(service, "reader.html", values)


def _articles(service: Service, request: WebRequest) -> Response:
    fields = {name: request.one(name) for name in ("since", "until", "outlet", "author")}
    words, fault, limits = request.one("q")[:_LONGEST_WORDS], "", Filters()
    found: tuple[ArticleInfo, ...] = ()
    try:
        limits = read_limits(as_given(fields), service.assistant)
        found = _newest_first(_titled(service.assistant.within(limits), words))
    except UsageError as error:
        fault = str(error)
    if request.wants("application/json"):
        return json_reply(found)
    number = int(request.one("page")) if request.one("page").isdecimal() and len(request.one("page")) < 7 else 1
    pages = max(1, -(-len(found) // _PAGE))
    number = min(max(1, number), pages)
    values = {
        "form": form_values(service, request, question=words, filters=limits, fault=fault),
        "articles": found[(number - 1) * _PAGE : number * _PAGE],
        "total": len(found),
        "page": number,
        "pages": pages,
        "more": f"/articles?{urlencode([(k, v) for k, v in request.query if k != 'page'])}&",
    }
    return page(service, "articles.html", values, here="/articles")


def _titled(articles: Sequence[ArticleInfo], words: str) -> list[ArticleInfo]:
    wanted = words.casefold().split()
    return [info for info in articles if all(word in info.title.casefold() for word in wanted)]


def _newest_first(articles: Sequence[ArticleInfo]) -> tuple[ArticleInfo, ...]:
    return tuple(sorted(articles, key=lambda info: (info.published or date.min, info.id), reverse=True))


READING_ROUTES = (
    WebRoute("/s/{ref}", ("GET",), _sentence),
    WebRoute("/a/{id}", ("GET",), _article),
    WebRoute("/a/{id}/{version}", ("GET",), _article),
    WebRoute("/articles", ("GET",), _articles),
)
