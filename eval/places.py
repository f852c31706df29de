"""Finds the gold sentences of a question in the archive, and identifies the archive."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from assistant.app import Assistant
from assistant.articles.text import normalise
from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.records import ArticleInfo, Evidence, StoredArticle
from eval.records import Archive, GoldPlace, GoldSentence, SuiteQuestion

ALSO = -1  # item of the sentences that are right to cite, but not needed

_SPACE = re.compile(r"\s+")
_PARTS = re.compile(r"[/#]")


class UnresolvedGoldError(UsageError):
    """A gold sentence is not in the archive, so the question cannot be scored."""


class Places:
    """Finds the gold sentences of questions in one open archive."""

    def __init__(self, assistant: Assistant) -> None:
        """Read the list of articles once."""
        self.articles = tuple(assistant.articles())
        self._by_part: dict[str, list[ArticleInfo]] = defaultdict(list)
        for info in self.articles:
            for part in set(_parts(info.source)):
                self._by_part[part].append(info)
        self._article = lru_cache(maxsize=256)(assistant.article)

    def of(self, question: SuiteQuestion) -> tuple[GoldPlace, ...]:
        """Return all places of a question's gold sentences, then those of `also`. Raises `UnresolvedGoldError`."""
        items = [*enumerate(question.gold), (ALSO, question.also)]
        return tuple(place for item, sentences in items for gold in sentences for place in self._carried(item, gold))

    def of_nuggets(self, question: SuiteQuestion) -> tuple[GoldPlace, ...]:
        """Return all places of its nuggets' gold sentences; the item of each is the nugget's number, from 0."""
        numbered = enumerate(question.nuggets)
        return tuple(p for number, nugget in numbered for gold in nugget.gold for p in self._carried(number, gold))

    def holds(self, words: str) -> bool:
        """Whether the words stand in some article, as they are; every text is read until one has them."""
        return any(words in self._article(info.id).text for info in self.articles)

    def _carried(self, item: int, gold: GoldSentence) -> Iterator[GoldPlace]:
        for name in (gold.article, *gold.also_in):
            yield self._place(self._article(self._named(name).id), item, gold)

    def _named(self, name: str) -> ArticleInfo:
        """Return the one article that `name` identifies; see `eval.records.GoldSentence`."""
        parts = _parts(name)
        fits = [info for info in self._by_part.get(parts[-1], ()) if _holds(_parts(info.source), parts)]
        exact = [info for info in fits if info.source == name]
        if len(exact or fits) != 1:
            found = f"{len(fits)} articles are" if fits else "no article is"
            raise UnresolvedGoldError(f"{found} called {name!r} in this archive; name its source in the suite")
        return (exact or fits)[0]

    @staticmethod
    def _place(article: StoredArticle, item: int, gold: GoldSentence) -> GoldPlace:
        sentences: tuple[int, ...] = ()
        text = ""
        if gold.text:
            start, end = _find(article, gold.text)
            text = article.text[start:end]
            spans = ((s.index, *trimmed(article.text, s)) for s in article.sentences)
            sentences = tuple(index for index, a, b in spans if a < end and start < b)
        info = article.info
        return GoldPlace(
            article=info.id, source=info.source, sentences=sentences, text=text, grade=gold.grade, item=item
        )


def _parts(source: str) -> tuple[str, ...]:
    """Split a source at "/" and "#", without the "www." of a host and the "id " of a row."""
    found = (part.removeprefix("www.").removeprefix("id ") for part in _PARTS.split(source.replace("\\", "/")))
    return tuple(part for part in found if part)


def _holds(whole: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether `whole` contains `parts` in a row."""
    length = len(parts)
    return any(tuple(whole[i : i + length]) == tuple(parts) for i in range(len(whole) - length + 1))


def _find(article: StoredArticle, words: str) -> tuple[int, int]:
    """Find the words in the article, ignoring white space."""
    wanted = _SPACE.split(normalise(words).strip())
    found = re.search(r"\s+".join(map(re.escape, wanted)), article.text)
    if found is None:
        shown = words if len(words) <= 60 else f"{words[:60]}…"
        raise UnresolvedGoldError(f"the gold sentence {shown!r} is not in {article.info.source}; mend the suite")
    return found.span()


def items_shown(evidence: Iterable[Evidence], places: Collection[GoldPlace]) -> list[frozenset[int]]:
    """Return the gold items of each sentence; if only the article is known, any of its sentences counts."""
    by_article: Mapping[str, list[GoldPlace]] = defaultdict(list)
    for place in places:
        by_article[place.article].append(place)
    return [
        frozenset(p.item for p in by_article.get(e.article.id, ()) if not p.sentences or _cites(e, p)) for e in evidence
    ]


def _cites(evidence: Evidence, place: GoldPlace) -> bool:
    return not set(place.sentences).isdisjoint(range(evidence.sentence, evidence.sentence + evidence.sentences))


def articles_shown(evidence: Iterable[Evidence], places: Collection[GoldPlace]) -> list[frozenset[int]]:
    """Return the gold items of each article, in the order of its first sentence."""
    order = dict.fromkeys(e.article.id for e in evidence)
    return [frozenset(p.item for p in places if p.article == article) for article in order]


def describe(assistant: Assistant, articles: Sequence[ArticleInfo]) -> Archive:
    """Return what identifies the archive. Raises `LibraryMissing` if it is empty.

    The fingerprint is made of the articles' text and of what retrieval reads, not of their paths, so the same articles
    in another folder are the same archive.
    """
    lines = sorted(
        "\t".join((a.text_hash, a.published.isoformat() if a.published else "", a.outlet, a.title)) for a in articles
    )
    status = assistant.status()
    return Archive(
        fingerprint=hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest(),
        articles=len(articles),
        sentences=status.sentences,
        splitter=status.splitter,
        passages=status.passages,
        first=status.first,
        last=status.last,
    )
