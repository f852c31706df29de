"""What one ingest has counted and met so far, and which articles are duplicates of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.articles.fields import host
from assistant.library.catalog import KnownArticle, Label, label_of
from assistant.library_reports import IngestReport
from assistant.records import Article, Skipped


@dataclass(slots=True)
class IngestCounts:
    """The counts of an ingest, and the articles that it met."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    undated: int = 0
    passages: int = 0
    embedded: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    notices: list[Skipped] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)  # article id -> hash of its text, of those taken or kept
    _batch: dict[str, list[tuple[str, Label]]] = field(default_factory=dict)  # text -> sources and labels

    @property
    def articles(self) -> int:
        """How many were read."""
        return self.added + self.updated + self.unchanged + len(self.skipped)

    def skip(self, article: Article, reason: str) -> None:
        """Leave it out."""
        self.skipped.append(Skipped(source=article.source, reason=reason))

    def take(self, article: Article) -> None:
        """Its text is to be recorded, with the current batch."""
        self.seen[article.id] = article.text_hash
        self._batch.setdefault(article.text_hash, []).append((article.source, label_of(article)))

    def next_batch(self) -> None:
        """All that was taken is recorded."""
        self._batch.clear()

    def seen_otherwise(self, article_id: str, text_hash: str) -> bool:
        """Whether the article had another text in this run, which is the one that counts."""
        return self.seen.get(article_id, text_hash) != text_hash

    def duplicate_of(self, article: Article, others: Sequence[KnownArticle]) -> str:
        """The source of the same article (see `is_same_article`) under another source; "" when there is none.

        `others` are those in the library with this text; one that was given another text in this run has it no more,
        whether that is indexed yet or not. The same text from another outlet, or of another day, is a near-duplicate
        worth keeping: it says who printed it.
        """
        still = [other for other in others if not self.seen_otherwise(other.id, article.text_hash)]
        new = self._batch.get(article.text_hash, ())
        for source, label in [*((other.source, other.label) for other in still), *new]:
            if is_same_article(article, label):
                return "" if source == article.source else source
        return ""

    def report(self, seconds: float, *, interrupted: bool = False) -> IngestReport:
        """Build the report of the ingest."""
        return IngestReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            skipped=tuple(self.skipped),
            notices=tuple(self.notices),
            undated=self.undated,
            passages=self.passages,
            embedded=self.embedded,
            seconds=seconds,
            interrupted=interrupted,
        )


def is_same_article(article: Article, label: Label) -> bool:
    """Whether an article with the same text and this label is `article`, taken in from elsewhere.

    It has the same title and day, and no other outlet. One that names no outlet may be of any; one of which only the
    host is known is of the outlet that a person gave for an article of the same host.
    """
    if (label.title, label.published) != (article.title, article.published):
        return False
    if article.outlet in ("", label.outlet):
        return True
    return article.outlet_is_host and label.outlet_given and host(label.url) == article.outlet
