"""The versions of one article, oldest first, and what changed from one to the next, by sentences and by words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

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


_ALIKE = 0.5  # 2 * words in common and in order / all words, from which one sentence is a later form of another
_MOST_PAIRS = 10_000  # that are compared within one run of changed sentences; beyond that it is all old and all new


class Piece(NamedTuple):
    """A run of words in the change from one sentence to another."""

    kind: str  # "same", "old" or "new"
    text: str


class SentenceChange(NamedTuple):
    """A sentence of one or both of two texts."""

    kind: str  # "same", "changed", "old" (only in the first text) or "new" (only in the second)
    old: int | None  # its index in the first text
    new: int | None  # its index in the second text


def changes(old: str, new: str) -> tuple[Piece, ...]:
    """Return, word for word, what was removed from `old` and added to make `new`; white space does not count."""
    one, other = old.split(), new.split()
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", " ".join(one[i:j])))
            continue
        pieces += [Piece("old", " ".join(one[i:j]))] * (j > i) + [Piece("new", " ".join(other[k:m]))] * (m > k)
    return tuple(pieces)


def sentence_changes(old: Sequence[str], new: Sequence[str]) -> list[SentenceChange]:
    """Return every sentence of both texts once, in order; white space does not count."""
    before, after = ([" ".join(sentence.split()) for sentence in text] for text in (old, new))
    found: list[SentenceChange] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [SentenceChange("same", i + n, k + n) for n in range(j - i)]
        else:
            found += _run(before, after, range(i, j), range(k, m))
    return found


def _run(before: Sequence[str], after: Sequence[str], olds: range, news: range) -> Iterator[SentenceChange]:
    """Yield the changes of a run in which no sentence stayed the same: later forms in order, the rest old or new."""
    at = news.start
    for old in olds:
        near = _later_form(before[old], after, range(at, news.stop)) if len(olds) * len(news) <= _MOST_PAIRS else None
        if near is None:
            yield SentenceChange("old", old, None)
            continue
        yield from (SentenceChange("new", None, new) for new in range(at, near))
        yield SentenceChange("changed", old, near)
        at = near + 1
    yield from (SentenceChange("new", None, new) for new in range(at, news.stop))


def _later_form(sentence: str, after: Sequence[str], place: range) -> int | None:
    """Return the index of the sentence within `place` that is most like this one, None when none is."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(_words(sentence))
    best, found = _ALIKE, None
    for at in place:
        matcher.set_seq1(_words(after[at]))
        if matcher.quick_ratio() >= best and (likeness := matcher.ratio()) >= best:
            best, found = likeness + 1e-9, at
    return found


def _words(sentence: str) -> list[str]:
    return re.findall(r"\w+", sentence.casefold())
