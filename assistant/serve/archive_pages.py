"""The archive looked through: the list of articles by title, day, outlet, language and notice, and the search page."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from assistant.app import Assistant
from assistant.english.words import word_list
from assistant.errors import UsageError
from assistant.export.document import source_of
from assistant.export.pages import Card
from assistant.records import ArticleInfo, Citation, Evidence, Filters, RemovedArticle
from assistant.retrieval.understanding import in_words
from assistant.safe_text import safe
from assistant.serve.asking import read_limits, read_question
from assistant.serve.exchange import Response, WebError, WebRequest, json_reply
from assistant.serve.forms import LIMITS, as_given, form_values, limit_fields
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page

_PAGE = 50  # articles on one
_LONGEST_WORDS = 200  # characters looked for in titles
_MONTHS = 36  # with articles, above which years are counted
_DIGITS = 7  # of a number in an address
_FIRST_FOUND, _MOST_FOUND = 20, 100  # sentences of a search, at first and at most
_CHOICES = ("language", "notice", "undated")  # of the list, beside the limits that a question has too

_NOTICES: Mapping[str, tuple[str, Callable[[ArticleInfo], bool]]] = {  # what may be chosen, in words, and what fits
    "any": ("any notice", lambda info: bool(info.notice_kind)),
    "correction": ("corrected", lambda info: info.notice_kind == "correction"),
    "clarification": ("clarified", lambda info: info.notice_kind == "clarification"),
    "retraction": ("retracted", lambda info: info.notice_kind == "retraction"),
    "letters": ("letters doubtful", lambda info: info.notice_kind == "letters"),
    "updated": ("text changed since", lambda info: info.version > 1),
}


_REMOVED = "removed"  # chosen like a notice: the articles that a person took out of search


class FilterChoice(NamedTuple):
    """One line of a list to choose from."""

    value: str
    words: str
    articles: int


class Bar(NamedTuple):
    """The articles of a month or a year."""

    name: str
    articles: int
    height: float  # per cent of the highest
    query: str  # the limits of an address that names them


class Listed(NamedTuple):
    """What fits the limits and the words of a list."""

    present: Sequence[ArticleInfo] = ()
    removed: Mapping[str, RemovedArticle] = {}  # by id, those removed last first
    found: tuple[ArticleInfo, ...] = ()  # that are listed


def _articles(service: Service, request: WebRequest) -> Response:
    fields = {name: request.one(name) for name in (*LIMITS, *_CHOICES)}
    words, fault = request.one("q")[:_LONGEST_WORDS], ""
    listed = Listed()
    try:
        limits = read_limits(as_given(fields), service.assistant)
        listed = _listed(service.assistant, limits, words, fields)
        fields |= limit_fields(limits)  # spelt as the archive has them
    except UsageError as error:
        fault = str(error)
    if fault and request.is_data:
        raise WebError(400, fault)
    gone, found = fields["notice"] == _REMOVED, listed.found
    if request.is_data:
        return json_reply([listed.removed[info.id] for info in found] if gone else found)
    pages = max(1, -(-len(found) // _PAGE))
    number = min(max(1, _whole(request.one("page"))), pages)
    kept = [(key, value) for key, value in request.query if key not in ("page", "since", "until")]
    values = {
        "form": {**form_values(service, request, {**fields, "question": words}, fault), **fields},
        "limited": any(fields.values()) or bool(words),
        **_choices(listed),
        "removed": {info.id: listed.removed[info.id].removed for info in found} if gone else {},
        "articles": found[(number - 1) * _PAGE : number * _PAGE],
        "total": len(found),
        "page": number,
        "pages": pages,
        "more": f"/articles?{urlencode([(k, v) for k, v in request.query if k != 'page'])}&",
        "bars": _bars(found),
        "kept": f"/articles?{urlencode(kept)}&" if kept else "/articles?",
    }
    return page(service, "articles.html", values, here="/articles")


def _listed(assistant: Assistant, limits: Filters, words: str, fields: Mapping[str, str]) -> Listed:
    """Return the articles that fit, the newest first. Raises `UsageError` for what cannot be chosen."""
    present = _titled(assistant.within(limits), words)
    gone = {each.article.id: each for each in assistant.removed(limits)}
    removed = {info.id: gone[info.id] for info in _titled([each.article for each in gone.values()], words)}
    if fields["notice"] == _REMOVED:
        found = tuple(_chosen([each.article for each in removed.values()], {**fields, "notice": ""}))
    else:
        found = _newest_first(_chosen(present, fields))
    return Listed(present, removed, found)


def _choices(listed: Listed) -> dict[str, Any]:
    """Return what the form offers, each with how many articles it leads to."""
    present = listed.present
    notices = [FilterChoice(kind, said, sum(map(fits, present))) for kind, (said, fits) in _NOTICES.items()]
    return {
        "languages": _languages(present),
        "notices": [*notices, FilterChoice(_REMOVED, "removed from the archive", len(listed.removed))],
        "undated": sum(info.published is None for info in present),
    }


def _whole(digits: str) -> int:
    """Return the number that stands in an address, 0 for anything else."""
    return int(digits) if digits.isdecimal() and len(digits) < _DIGITS else 0


def _titled(articles: Sequence[ArticleInfo], words: str) -> list[ArticleInfo]:
    wanted = words.casefold().split()
    return [info for info in articles if all(word in info.title.casefold() for word in wanted)]


def _chosen(articles: Sequence[ArticleInfo], fields: Mapping[str, str]) -> list[ArticleInfo]:
    """Return those of a language, with a notice, without a day. Raises `UsageError` for what cannot be chosen."""
    language, notice, undated = (fields[name] for name in _CHOICES)
    if notice and notice not in _NOTICES:
        raise UsageError(f"There is no notice {safe(notice)!r}; there are {', '.join((*_NOTICES, _REMOVED))}.")
    if undated and (fields["since"] or fields["until"]):
        raise UsageError("An article without a day lies between no days: leave out the days, or “without a day”.")
    fits = _NOTICES[notice][1] if notice else lambda _: True
    return [
        info
        for info in articles
        if fits(info) and (not language or info.language == language) and not (undated and info.published)
    ]


def _languages(articles: Sequence[ArticleInfo]) -> list[FilterChoice]:
    """Return the languages of these articles, most of them first."""
    names = dict(line.split(": ") for line in word_list("languages"))
    counts = Counter(info.language for info in articles if info.language)
    return [FilterChoice(code, names.get(code, safe(code)), count) for code, count in counts.most_common()]


def _newest_first(articles: Sequence[ArticleInfo]) -> tuple[ArticleInfo, ...]:
    return tuple(sorted(articles, key=lambda info: (info.published or date.min, info.id), reverse=True))


def _bars(found: Sequence[ArticleInfo]) -> list[Bar]:
    """Return a bar a month, a year where there are many; none for a single one."""
    days = [info.published for info in found if info.published]
    by_month = Counter((day.year, day.month) for day in days)
    counts: Counter[tuple[int, int]] = by_month
    if len(by_month) > _MONTHS:
        counts = Counter((day.year, 0) for day in days)
    if len(counts) < 2:
        return []
    most = max(counts.values())
    return [_bar(year, month, count, count / most) for (year, month), count in sorted(counts.items())]


def _bar(year: int, month: int, count: int, share: float) -> Bar:
    first = date(year, month or 1, 1)
    last = date(year, month or 12, monthrange(year, month or 12)[1])
    query = urlencode({"since": first.isoformat(), "until": last.isoformat()})
    return Bar(f"{first:%b %Y}" if month else str(year), count, round(100 * share, 1), query)


class FoundSentence(NamedTuple):
    """A sentence that was found, and the parts of its score in words."""

    card: Card
    score: str


def _search(service: Service, request: WebRequest) -> Response:
    fields = {name: request.one(name) for name in LIMITS}
    words, fault = request.one("q"), ""
    found: list[Evidence] = []
    understood: Mapping[str, str] = {}
    limit = min(max(_FIRST_FOUND, _whole(request.one("limit"))), _MOST_FOUND)
    try:
        limits = read_limits(as_given(fields), service.assistant)
        if words.strip() or request.is_data:
            question = read_question(words, "q")
            found = service.assistant.search(question, limit, filters=limits)
            understood = {} if request.is_data else _understood(service.assistant, question, limits)
        fields |= limit_fields(limits)
    except UsageError as error:
        fault = str(error)
    if request.is_data:
        if fault:
            raise WebError(400, fault)
        return json_reply(found)
    asked = [(key, value) for key, value in request.query if key != "limit" and value]
    values = {
        "form": form_values(service, request, {**fields, "question": words}, fault),
        "asked": bool(words.strip()) and not fault,
        "found": list(_found(service.assistant, found)),
        "understood": understood,
        "more": f"/search?{urlencode([*asked, ('limit', str(_MOST_FOUND))])}"
        if len(found) == limit < _MOST_FOUND
        else "",
    }
    return page(service, "search.html", values, here="/search")


def _understood(assistant: Assistant, question: str, limits: Filters) -> Mapping[str, str]:
    """Return how a question was understood; nothing where that cannot be said, e.g. of an event without a day."""
    try:
        return in_words(assistant.explain(question, filters=limits))
    except UsageError:
        return {}


def _found(assistant: Assistant, evidence: Sequence[Evidence]) -> Iterator[FoundSentence]:
    for number, each in enumerate(evidence, start=1):
        source = source_of(Citation.of(each, number), assistant.article)
        score = f"Score {each.score:.2f}: holds {each.words:.0%} of the question’s words"
        meaning = f", nearness of meaning {each.meaning:.2f}" if each.meaning else ""
        yield FoundSentence(Card(number, f"found{number}", source, repeated=False), score + meaning)


ARCHIVE_ROUTES = (
    WebRoute("/articles", ("GET",), _articles),
    WebRoute("/articles.json", ("GET",), _articles),
    WebRoute("/search", ("GET",), _search),
    WebRoute("/search.json", ("GET",), _search),
)
