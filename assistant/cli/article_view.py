"""Articles on the terminal: a sentence in its text, what a reference leads to, versions and their differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from assistant.cli.render import article_line, article_notes, quoted
from assistant.cli.terminal import hanging
from assistant.library.history import Piece, SentenceChange, changes, sentence_changes, sentences_in
from assistant.permalinks import LocatedSentence, Permalink, State
from assistant.records import ArticleVersion, StoredArticle
from assistant.safe_text import safe
from assistant.wording import day, in_marks, plural

if TYPE_CHECKING:
    from assistant.app import Assistant

CITED = "bold reverse"  # style of the cited sentence; legible without colour
_AROUND = 3  # sentences shown before and after the cited one
_WORD_MARKS = {"old": ("[-", "-]", "red strike"), "new": ("{+", "+}", "green bold")}  # readable without colour
_LINE_MARKS = {"same": ("  ", ""), "old": ("- ", "red"), "new": ("+ ", "green"), "changed": ("~ ", "")}
_STATES = {"pending": "not yet searchable", "searchable": "current", "replaced": "", "removed": "removed"}


def context_parts(
    article: StoredArticle, index: int | None, *, sentences: int = 1, whole: bool = False
) -> Iterator[Text]:
    """Yield the article's heading, and its text around the cited `sentences`, which stand between >> and << in bold.

    With None no sentence stands out, and the text begins at its beginning.
    """
    yield from _heading(article)
    last = len(article.sentences) - 1
    yield _marked(article, index, sentences, 0, last) if whole else _around(article, index, sentences)


def _heading(article: StoredArticle) -> Iterator[Text]:
    yield article_line(article.info)
    yield Text(safe(article.info.url or article.info.source), "dim")
    if article.removed:
        yield Text("Removed from the archive: it is no longer searched.", "bold yellow")
    elif not article.current:
        yield Text("An older version; the archive holds a newer one of this article.", "dim")
    yield from article_notes(article.info)
    yield Text("")


def _around(article: StoredArticle, index: int | None, sentences: int) -> Text:
    last, middle = len(article.sentences) - 1, index or 0
    first, end = max(0, middle - _AROUND), min(last, middle + sentences - 1 + _AROUND)
    shown = _marked(article, index, sentences, first, end)
    return Text.assemble("… " if first else "", shown, " …" if end < last else "")


def _marked(article: StoredArticle, index: int | None, sentences: int, first: int, last: int) -> Text:
    """The sentences from `first` to `last`, those from `index` on between >> and <<."""
    tiles, text = article.sentences, article.text
    start, end = tiles[first].start, tiles[last].end
    if index is None:
        return Text(safe(text[start:end].rstrip(), lines=True))
    cited_from, cited_to = tiles[index].start, tiles[min(index + sentences, len(tiles)) - 1].end
    words = text[cited_from:cited_to]
    tail = words[len(words.rstrip()) :]
    return Text.assemble(
        safe(text[start:cited_from], lines=True),
        (f">>{safe(words.rstrip(), lines=True)}<<", CITED),
        safe((tail + text[cited_to:end]).rstrip(), lines=True),
    )


def permalink_record(assistant: Assistant, link: Permalink) -> dict[str, Any]:
    """Return what a reference leads to, as it is printed with --json."""
    stored = _stored(assistant, link.cited) if link.kept else None
    return {
        "ref": link.cited.ref,
        "article": link.cited.article,
        "current": link.state is State.CURRENT,
        "sentence": stored.sentences[link.cited.sentence] if stored else None,
        "sentences": link.cited.sentences,
        "text": link.cited.text,
        "state": link.state,
        "kept": link.kept,
        "newest": link.newest,
        "newest_article": link.newest_article,
        "change": link.change,
        "notices": link.notices,
    }


def _stored(assistant: Assistant, place: LocatedSentence) -> StoredArticle:
    return assistant.article(place.article.id, place.article.version)


def _in_place(assistant: Assistant, place: LocatedSentence, *, whole: bool) -> Iterator[Text]:
    return context_parts(_stored(assistant, place), place.sentence, sentences=place.sentences, whole=whole)


def permalink_parts(console: Console, assistant: Assistant, link: Permalink, *, whole: bool) -> Iterator[Text]:
    """Yield the sentence that a reference names in its article, and beside it the newest version where that differs."""
    if not link.kept:
        yield from _removed(console, link)
        return
    yield from _in_place(assistant, link.cited, whole=whole)
    yield from _became(console, assistant, link, whole=whole)
    for notice in link.notices:
        if notice == link.cited.article.notice:  # said above the text
            continue
        yield Text("\nThe article carries this notice:", "bold")
        yield hanging(console, "  ", quoted(notice))


def _became(console: Console, assistant: Assistant, link: Permalink, *, whole: bool) -> Iterator[Text]:
    if link.state is State.CURRENT:
        return
    yield Text(f"\n{link.became}", "bold")
    if link.newest and link.state is State.CHANGED:
        yield hanging(console, "  ", change_text(link.change))
        yield Text("")
        yield from _in_place(assistant, link.newest, whole=whole)
    if link.newest:
        yield Text(f"\nReference to it there: {link.newest.ref}", "dim")


def _removed(console: Console, link: Permalink) -> Iterator[Text]:
    yield article_line(link.cited.article)
    if link.cited.article.url:
        yield Text(safe(link.cited.article.url), "dim")
    yield Text("")
    yield hanging(console, "  ", quoted(link.cited.text))
    yield Text("\nThe archive no longer holds this text. The sentence is shown as a saved session quotes it.", "bold")


def change_text(change: tuple[Piece, ...]) -> Text:
    """Write words taken out as [-old-], words put in as {+new+}."""
    text = Text()
    for piece in change:
        before, after, style = _WORD_MARKS.get(piece.kind, ("", "", ""))
        text.append(" " if text else "")
        text.append(f"{before}{safe(piece.text)}{after}", style)
    return text


def history_parts(console: Console, versions: tuple[ArticleVersion, ...]) -> Iterator[Text]:
    """Yield a line for each version of an article."""
    newest = versions[-1]
    yield article_line(newest.info)
    yield Text(f"{newest.info.id}  {safe(newest.info.source)}", "dim")
    yield from article_notes(newest.info)
    yield Text("")
    for version in versions:
        yield hanging(console, f"{version.info.version:>3}. ", Text(_version_line(version)))


def _version_line(version: ArticleVersion) -> str:
    info = version.info
    parts = [
        f"taken in {day(version.taken)}" if version.taken else "",
        f"published {day(info.published)}" if info.published else "no date",
        f"updated {day(info.updated)}" if info.updated else "",
        f"{plural(version.characters, 'character')} in {plural(version.sentences, 'sentence')}",
        _changed(version),
        _state(version),
    ]
    return "; ".join(part for part in parts if part)


def _state(version: ArticleVersion) -> str:
    on = f" on {day(version.removed)}" if version.removed else ""
    return _STATES.get(version.state, "") + on


def _changed(version: ArticleVersion) -> str:
    if version.info.version == 1:
        return ""
    counts = ((version.changed, "changed"), (version.added, "new"), (version.dropped, "dropped"))
    said = [f"{count:,} {what}" for count, what in counts if count]
    sentences = f"sentences: {', '.join(said)}" if said else "only spaces and line breaks changed"
    return sentences + (f"; new title {in_marks(safe(version.info.title))}" if version.retitled else "")


def diff_parts(console: Console, old: StoredArticle, new: StoredArticle) -> Iterator[Text]:
    """Yield changed sentences in full with one unchanged one on either side; longer runs of those are only counted."""
    yield article_line(new.info)
    yield Text(f"version {old.info.version} → version {new.info.version}", "dim")
    if old.info.title != new.info.title:
        yield Text(f"Title before: {safe(old.info.title)}")
    yield Text("")
    before, after = sentences_in(old), sentences_in(new)
    found = sentence_changes(before, after)
    skipped = 0
    for at, change in enumerate(found):
        if not any(near.kind != "same" for near in found[max(0, at - 1) : at + 2]):
            skipped += 1
            continue
        yield from _skipped(skipped)
        skipped = 0
        mark, style = _LINE_MARKS[change.kind]
        yield hanging(console, mark, _words(change, before, after, style))
    yield from _skipped(skipped)


def _skipped(count: int) -> Iterator[Text]:
    if count:
        yield Text(f"  … {plural(count, 'unchanged sentence')}", "dim")


def _words(change: SentenceChange, before: list[str], after: list[str], style: str) -> Text:
    if change.old is not None and change.new is not None and change.kind == "changed":
        return change_text(changes(before[change.old], after[change.new]))
    text = after[change.new] if change.new is not None else before[change.old or 0]
    return Text(safe(text), style)


def diff_records(old: StoredArticle, new: StoredArticle) -> list[dict[str, object]]:
    """Return each sentence of both versions and whether it changed, as it is printed with --json."""
    before, after = sentences_in(old), sentences_in(new)
    return [
        {
            "kind": change.kind,
            "old_sentence": change.old,
            "new_sentence": change.new,
            "old": None if change.old is None else before[change.old],
            "new": None if change.new is None else after[change.new],
        }
        for change in sentence_changes(before, after)
    ]
