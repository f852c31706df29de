"""The pages to read in: a sentence at its permalink, an article in any of its versions, and what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import quote

from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.export.references import Cited, bibtex_of, csl_of
from assistant.export.target import Format
from assistant.library.history import Piece, changes, sentence_changes, sentences_in
from assistant.permalinks import LocatedSentence, Permalink
from assistant.records import Citation, StoredArticle
from assistant.serve.exchange import Response, WebError, WebReply, WebRequest, json_reply
from assistant.serve.forms import MEDIA
from assistant.serve.service import Service, WebRoute
from assistant.serve.site import page
from assistant.serve.verifying import cited_sentence
from assistant.wording import added_dates, plural, speaker_named

_WHOLE = 300  # characters of a sentence that a text fragment names whole; of longer ones it names
_END_WORDS = 5  # words at each end
_DIGITS = 7  # of a number in an address
_FORMS = (Format.JSON, Format.BIBTEX, Format.CSL)  # of a sentence, beside its page: /s/REF.bib


class ShownSentence(NamedTuple):
    """One sentence of an article as the page shows it."""

    number: int  # 1, 2, 3 …, as in references
    before: str  # the white space before its words
    words: str
    first: bool = False  # the first of the cited ones
    last: bool = False  # the last of them
    opens: bool = False  # a mark begins before it: one mark a paragraph
    closes: bool = False


def shown_sentences(article: StoredArticle, cited: range = range(0)) -> Iterator[ShownSentence]:
    """Yield all sentences; those of the stored text, character by character, with those at these indices marked."""
    spans = [trimmed(article.text, tile) for tile in article.sentences]
    between = [article.text[end:start] for (_, end), (start, _) in pairwise([(0, 0), *spans])]
    for at, (start, stop) in enumerate(spans):
        held = at in cited
        yield ShownSentence(
            number=at + 1,
            before=between[at],
            words=article.text[start:stop],
            first=held and at == cited.start,
            last=held and at + 1 == cited.stop,
            opens=held and (at == cited.start or "\n" in between[at]),
            closes=held and (at + 1 == cited.stop or "\n" in between[at + 1]),
        )


def _sentence(service: Service, request: WebRequest) -> Response:
    name = request.values["ref"]
    form = next((form for form in _FORMS if name.endswith(f".{form}")), None)
    try:
        link = service.assistant.permalink(name.removesuffix(f".{form}") if form else name)
    except UsageError as error:
        raise WebError(404, str(error)) from error
    if form is Format.JSON or request.wants("application/json"):
        return json_reply(link)
    if not link.kept:
        words = f"{link.became} A saved chat quotes it: “{link.cited.text}”"
        return page(service, "message.html", {"heading": "Removed", "words": words, "login": False, "wanted": ""})
    article = service.assistant.article(link.cited.article.id, link.cited.article.version)
    if form:
        return _reference(article, link.cited, form)
    return _reader(service, request, article, link)


def _reference(article: StoredArticle, cited: LocatedSentence, form: Format) -> WebReply:
    """Return the article as a reference manager takes it in, with the sentence in its note."""
    sentence = replace(cited_sentence(article, cited.sentence), ref=cited.ref, text=cited.text)
    named = [Cited(article.info, (Citation.of(sentence, 1),))]
    text = bibtex_of(named) if form is Format.BIBTEX else csl_of(named)
    head = {"Content-Disposition": f'attachment; filename="{cited.ref}.{form}"'}
    return WebReply(body=text.encode(), media=MEDIA[form], headers=head)


def _article(service: Service, request: WebRequest) -> Response:
    name, version = request.values["id"], request.values.get("version", "")
    try:
        if request.one("diff"):
            return _changes(service, name, request.one("diff"))
        article = service.assistant.article(name.removesuffix(".json"), text_hash=version)
    except UsageError as error:
        raise WebError(404, str(error)) from error
    if request.is_data:
        return json_reply(article)
    return _reader(service, request, article, None)


def _reader(service: Service, request: WebRequest, article: StoredArticle, link: Permalink | None) -> Response:
    cited = link.cited if link else None
    sentence = cited_sentence(article, cited.sentence) if cited else None
    values = {
        "article": article,
        "link": link,
        "became": [link.became] if link and link.became else [],
        "notices": link.notices if link else (),
        "pieces": list(shown_sentences(article, _range(cited) if cited else range(0))),
        "dates": added_dates(sentence) if sentence else "",
        "speaker": speaker_named(sentence) if sentence else "",
        "versions": service.assistant.history(article.info.id),
        "references": bool(request.one("refs")),
        "place": f"{service.base(request)}/s/{cited.ref}" if cited else "",
        "fragment": at_sentence(article.info.url, cited.text) if cited else "",
    }
    return page(service, "reader.html", values)


def _range(cited: LocatedSentence) -> range:
    return range(cited.sentence, cited.sentence + cited.sentences)


def at_sentence(address: str, text: str) -> str:
    """Return the address with a text fragment that opens the page at these words, https://wicg.github.io/scroll-to-text-fragment."""
    words = text.split()
    if len(text) <= _WHOLE and "\n" not in text:
        ends = [" ".join(words)]
    else:
        ends = [" ".join(words[:_END_WORDS]), " ".join(words[-_END_WORDS:])]
    coded = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    return f"{address.partition('#')[0]}#:~:text={coded}"


class ChangedLine(NamedTuple):
    """A sentence of two versions, as the page of their differences shows it."""

    kind: str  # "same", "changed", "old" or "new"
    label: str  # said to those who do not see the colours
    pieces: tuple[Piece, ...]


_LABELS = {"same": "", "changed": "Changed: ", "old": "Taken out: ", "new": "New: "}


def _changes(service: Service, name: str, wanted: str) -> Response:
    """Return the page of what changed between two versions, written "1..2"."""
    one, _, other = wanted.partition("..")
    if not (one.isdecimal() and other.isdecimal() and max(len(one), len(other)) < _DIGITS):
        raise WebError(400, "Name two versions: ?diff=1..2", param="diff")
    old, new = (service.assistant.article(name, int(number)) for number in (one, other))
    lines = tuple(_changed_lines(sentences_in(old), sentences_in(new)))
    counts = Counter(line.kind for line in lines)
    said = [f"{plural(counts[kind], 'sentence')} {words}" for kind, words in _COUNTED if counts[kind]]
    values = {"old": old, "new": new, "lines": lines, "summary": ", ".join(said) or "only spaces and line breaks"}
    return page(service, "changes.html", values)


_COUNTED = (("changed", "changed"), ("new", "new"), ("old", "taken out"))


def _changed_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[ChangedLine]:
    for found in sentence_changes(before, after):
        was = before[found.old] if found.old is not None else ""
        now = after[found.new] if found.new is not None else ""
        pieces = changes(was, now) if found.kind == "changed" else (Piece(found.kind, now or was),)
        yield ChangedLine(found.kind, _LABELS[found.kind], pieces)


READING_ROUTES = (
    WebRoute("/s/{ref}", ("GET",), _sentence),
    WebRoute("/a/{id}", ("GET",), _article),
    WebRoute("/a/{id}/{version}", ("GET",), _article),
)
