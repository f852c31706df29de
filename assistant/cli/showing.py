"""What `assistant show` does: a cited sentence in its article, and what has become of it since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from assistant.cli import article_view as article
from assistant.cli.invocation import Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.render import article_line, quoted
from assistant.cli.terminal import hanging, output, show
from assistant.corpus.differences import Piece
from assistant.permalinks import Permalink, Place, State, resolve
from assistant.records import StoredArticle
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.app import Assistant

_MARKS = {"old": ("[-", "-]", "red strike"), "new": ("{+", "+}", "green bold")}  # readable without colour


def show_reference(opener: Opener, common: Common, ref: str, *, whole: bool) -> None:
    """Shows the sentence that a reference names, in its article; beside it the newest version's, if that differs."""
    console = output()
    with opened(opener, common) as assistant:
        link = resolve(ref, assistant.article, assistant.sessions.citation)
        if common.as_json:
            write_json(_record(assistant, link))
        else:
            show(console, _parts(console, assistant, link, whole=whole))


def _record(assistant: Assistant, link: Permalink) -> dict[str, Any]:
    stored = _stored(assistant, link.cited) if link.kept else None
    return {
        "ref": link.cited.ref,
        "article": link.cited.article,
        "current": link.state is State.CURRENT,
        "sentence": stored.sentences[link.cited.sentence] if stored else None,
        "text": link.cited.text,
        "state": link.state,
        "kept": link.kept,
        "newest": link.newest,
        "newest_article": link.newest_article,
        "change": link.change,
        "notices": link.notices,
    }


def _stored(assistant: Assistant, place: Place) -> StoredArticle:
    return assistant.article(place.article.id, place.article.version)


def _parts(console: Console, assistant: Assistant, link: Permalink, *, whole: bool) -> Iterator[Text]:
    if not link.kept:
        yield from _removed(console, link)
        return
    yield from article.context_parts(_stored(assistant, link.cited), link.cited.sentence, whole=whole)
    yield from _became(console, assistant, link, whole=whole)
    for notice in link.notices:
        if notice == link.cited.article.notice:  # said above the text
            continue
        yield Text("\nThe article carries this notice:", "bold")
        yield hanging(console, "  ", quoted(notice))


def _became(console: Console, assistant: Assistant, link: Permalink, *, whole: bool) -> Iterator[Text]:
    if link.state is State.CURRENT:
        return
    yield Text(f"\n{_verdict(link)}", "bold")
    if link.newest and link.state is State.CHANGED:
        yield hanging(console, "  ", change_text(link.change))
        yield Text("")
        yield from article.context_parts(_stored(assistant, link.newest), link.newest.sentence, whole=whole)
    if link.newest:
        yield Text(f"\nReference to it there: {link.newest.ref}", "dim")


def _removed(console: Console, link: Permalink) -> Iterator[Text]:
    yield article_line(link.cited.article)
    if link.cited.article.url:
        yield Text(safe(link.cited.article.url), "dim")
    yield Text("")
    yield hanging(console, "  ", quoted(link.cited.text))
    yield Text("\nThe archive no longer holds this text. The sentence is shown as a saved session quotes it.", "bold")


def _verdict(link: Permalink) -> str:
    version = f"version {link.newest_article.version}"
    return {
        State.KEPT: f"The newest text of this article, {version}, holds the same sentence.",
        State.CHANGED: f"In the newest text of this article, {version}, the sentence was changed:",
        State.REMOVED: "This article was removed from the archive. Its text is kept for references to it.",
        State.GONE: f"In the newest text of this article, {version}, this sentence is no longer there.",
    }[link.state]


def change_text(change: tuple[Piece, ...]) -> Text:
    """Words taken out as [-old-], words put in as {+new+}."""
    text = Text()
    for piece in change:
        before, after, style = _MARKS.get(piece.kind, ("", "", ""))
        text.append(" " if text else "")
        text.append(f"{before}{safe(piece.text)}{after}", style)
    return text
