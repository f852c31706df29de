"""The versions of one article, oldest first, and what changed from each to the next."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from assistant.articles.diff import sentence_changes
from assistant.english.sentences import trimmed
from assistant.library.catalog import CatalogReader, StoredVersion
from assistant.records import ArticleVersion, StoredArticle


def history(catalog: CatalogReader, article_id: str) -> tuple[ArticleVersion, ...]:
    """All versions of an article, the first one first; none for an unknown one."""
    return tuple(_version(before, now) for before, now in pairwise([None, *catalog.versions(article_id)]) if now)


def sentences_in(article: StoredArticle | StoredVersion) -> list[str]:
    """The words of each sentence."""
    spans = (trimmed(article.text, sentence) for sentence in article.sentences)
    return [article.text[start:end] for start, end in spans]


def _version(before: StoredVersion | None, now: StoredVersion) -> ArticleVersion:
    sentences = sentences_in(now)
    counted = (
        Counter(change.kind for change in sentence_changes(sentences_in(before), sentences)) if before else Counter()
    )
    return ArticleVersion(
        info=now.info,
        state=now.state,
        taken=now.taken,
        characters=len(now.text),
        sentences=len(sentences),
        added=counted["new"],
        dropped=counted["old"],
        changed=counted["changed"],
        retitled=before is not None and before.info.title != now.info.title,
        removed=now.removed,
    )
