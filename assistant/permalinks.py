"""Permalinks: a stable reference to one sentence, or two or three that belong together, and what has become of them.

A reference is the id of the article, the beginning of the hash of its text, and the number of the sentence, from 1 on:
0a1b2c3d4e-5f6071-7; of several sentences the first and the last: 0a1b2c3d4e-5f6071-7..8. It names a text, not a place
in a file: after the article was updated it still leads to the words that were cited, and beside them to what the
newest version says instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple, Protocol

from assistant.articles.corrections import find_corrections
from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.library.history import Piece, changes
from assistant.records import ArticleInfo, Citation, StoredArticle
from assistant.retrieval.evidence import MOST_TOGETHER, reference

_REF = re.compile(r"([0-9a-f]{4,64})-([0-9a-f]{4,64})-([1-9][0-9]{0,8})(?:\.\.([1-9][0-9]{0,8}))?")
# How much alike two sentences must be to pass for two versions of one: 2 * words in common and in order / all words.
_IN_PLACE = 0.4  # in the place of the old one, between sentences that stayed
_ELSEWHERE = 0.7


class Lookup(Protocol):
    """Looks up an article by id: its newest version, or the one whose text hash begins like this."""

    def __call__(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        """Raises `UsageError` when there is none."""


Saved = Callable[[str], Citation | None]  # a sentence that was cited under this reference once, from what was saved


class Reference(NamedTuple):
    """A reference, parsed."""

    article: str  # id
    text_hash: str  # its beginning
    sentence: int  # index, from 0 on
    last: int  # index of the last one, included; equal to `sentence` for one


class State(StrEnum):
    """What has become of a cited sentence."""

    CURRENT = "current"  # the version cited is the newest
    KEPT = "kept"  # there is a newer version, which holds the same sentence
    CHANGED = "changed"  # the newest version holds a sentence much like it
    GONE = "gone"  # the newest version holds nothing like it
    REMOVED = "removed"  # the article was taken out of the library, or never was in it


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedSentence:
    """A sentence in one version of an article."""

    ref: str
    article: ArticleInfo
    sentence: int  # index
    text: str  # its words
    sentences: int = 1  # how many there are, from `sentence` on


@dataclass(frozen=True, slots=True, kw_only=True)
class Permalink:
    """A cited sentence, and what the newest version of its article has in its place."""

    cited: LocatedSentence
    state: State
    newest: LocatedSentence | None  # the sentence that now stands for it; None when there is none, or no newer version
    newest_article: ArticleInfo  # the same as `cited.article` when that is the newest
    change: tuple[Piece, ...] = ()  # from the old words to the new ones; () unless they changed
    kept: bool = True  # the library holds the cited text; False: the words come from where they were cited
    notices: tuple[str, ...] = ()  # corrections, clarifications and retractions in the newest text, as it words them

    @property
    def became(self) -> str:
        """What has become of the sentence, in words; "" when its version is the newest."""
        if not self.kept:
            return "The archive no longer holds this text."
        version = f"version {self.newest_article.version}"
        return {
            State.CURRENT: "",
            State.KEPT: f"The newest text of this article, {version}, holds the same sentence.",
            State.CHANGED: f"In the newest text of this article, {version}, the sentence was changed:",
            State.REMOVED: "This article was removed from the archive. Its text is kept for references to it.",
            State.GONE: f"In the newest text of this article, {version}, this sentence is no longer there.",
        }[self.state]


def read_reference(ref: str) -> Reference:
    """Return a parsed reference. Raises `UsageError` for anything else."""
    match = _REF.fullmatch(ref.strip().lower())
    if not match:
        raise UsageError(f"{ref!r} is no reference; they look like 0a1b2c3d4e-5f6071-7.")
    first = int(match[3]) - 1
    last = int(match[4]) - 1 if match[4] else first
    if not first <= last < first + MOST_TOGETHER:
        raise UsageError(f"{ref!r} is no reference: it names {MOST_TOGETHER} neighbouring sentences at most.")
    return Reference(match[1], match[2], first, last)


def find_sentence(ref: str, article: Lookup) -> tuple[StoredArticle, int]:
    """Return the version that a reference names and the index of its first sentence. Raises `UsageError` for none."""
    wanted = read_reference(ref)
    newest = article(wanted.article)
    found = newest
    if not newest.info.text_hash.startswith(wanted.text_hash):
        try:
            found = article(wanted.article, text_hash=wanted.text_hash)
        except UsageError as error:
            raise UsageError(
                f"The archive holds the article {wanted.article}, but not the version that {ref} names."
            ) from error
    if wanted.last >= len(found.sentences):
        raise UsageError(f"{ref} names sentence {wanted.last + 1}; the article has {len(found.sentences)}.")
    return found, wanted.sentence


def resolve(ref: str, article: Lookup, saved: Saved = lambda _: None) -> Permalink:
    """Return the sentence that a reference names and its present form; if the library lacks it, as `saved` has it.

    Raises `UsageError` for what is no reference, and when neither knows it.
    """
    try:
        found, index = find_sentence(ref, article)
    except UsageError:
        if citation := saved(ref):
            return _removed(citation)
        raise
    newest = found if found.current else article(found.info.id)
    last = read_reference(ref).last
    cited, notices = _place(found, index, last), _notices(newest)
    if newest.removed:
        return Permalink(cited=cited, state=State.REMOVED, newest=None, newest_article=newest.info, notices=notices)
    if newest.info.version == found.info.version:
        return Permalink(cited=cited, state=State.CURRENT, newest=None, newest_article=found.info, notices=notices)
    matches = [at for i in range(index, last + 1) if (at := _counterpart(found, i, newest)) is not None]
    now = _place(newest, min(matches), min(max(matches), min(matches) + MOST_TOGETHER - 1)) if matches else None
    change = changes(cited.text, now.text) if now else ()
    same = all(piece.kind == "same" for piece in change)
    state = State.GONE if now is None else State.KEPT if same else State.CHANGED
    return Permalink(
        cited=cited,
        state=state,
        newest=now,
        newest_article=newest.info,
        change=() if same else change,
        notices=notices,
    )


def _removed(citation: Citation) -> Permalink:
    info = citation.article
    cited = LocatedSentence(
        ref=citation.ref,
        article=info,
        sentence=citation.sentence,
        text=citation.text,
        sentences=citation.sentences,
    )
    return Permalink(cited=cited, state=State.REMOVED, newest=None, newest_article=info, kept=False)


def _notices(article: StoredArticle) -> tuple[str, ...]:
    return tuple(" ".join(article.text[n.start : n.end].split()) for n in find_corrections(article.text))


def _place(article: StoredArticle, first: int, last: int) -> LocatedSentence:
    start, _ = trimmed(article.text, article.sentences[first])
    _, end = trimmed(article.text, article.sentences[last])
    return LocatedSentence(
        ref=reference(article.info, first, last - first + 1),
        article=article.info,
        sentence=first,
        text=article.text[start:end],
        sentences=last - first + 1,
    )


def _words(article: StoredArticle) -> list[str]:
    spans = (trimmed(article.text, sentence) for sentence in article.sentences)
    return [article.text[start:end] for start, end in spans]


def _counterpart(old: StoredArticle, index: int, new: StoredArticle) -> int | None:
    """Return the index of the sentence in `new` that replaces sentence `index` of `old`; None when there is none.

    Sentences that both versions share are aligned in order first. What stands between the same neighbours is held to
    be a later form of a sentence when it is somewhat like it; anywhere else it must be much like it.
    """
    before, after = _folded(old), _folded(new)
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i <= index < j:
            if kind == "equal":
                return k + index - i
            place = range(k, m)
            break
    else:
        raise AssertionError("every sentence lies in one of the runs")
    likeness = dict(_likeness(before[index], after))
    near = max(place, key=lambda at: likeness[at], default=None)
    if near is not None and likeness[near] >= _IN_PLACE:
        return near
    best = max(likeness, key=lambda at: likeness[at], default=None)
    return best if best is not None and likeness[best] >= _ELSEWHERE else None


def _folded(article: StoredArticle) -> list[str]:
    return [" ".join(text.split()) for text in _words(article)]


def _likeness(sentence: str, others: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Yield index and similarity, 0..1, of each of the other sentences."""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(re.findall(r"\w+", sentence.casefold()))
    for at, other in enumerate(others):
        matcher.set_seq1(re.findall(r"\w+", other.casefold()))
        yield at, matcher.ratio() if matcher.quick_ratio() >= _IN_PLACE else 0.0
