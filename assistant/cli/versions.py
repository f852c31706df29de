"""`assistant history` and `assistant diff`: the texts that an article had, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant.cli.invocation import Opener, opened
from assistant.cli.options import Common
from assistant.cli.output import write_json
from assistant.cli.render import article_line, article_notes
from assistant.cli.showing import change_text
from assistant.cli.terminal import hanging, output, show
from assistant.corpus.differences import SentenceChange, changes, sentence_changes
from assistant.errors import UsageError
from assistant.library.history import sentences_in
from assistant.records import ArticleVersion, StoredArticle
from assistant.safe_text import safe
from assistant.wording import day, in_marks, plural

if TYPE_CHECKING:
    from assistant.app import Assistant

_MARKS = {"same": ("  ", ""), "old": ("- ", "red"), "new": ("+ ", "green"), "changed": ("~ ", "")}
_STATES = {"pending": "not yet searchable", "searchable": "current", "replaced": "", "removed": "removed"}


def show_history(opener: Opener, common: Common, name: str) -> None:
    """Lists the versions of an article."""
    with opened(opener, common) as assistant:
        versions = assistant.history(_article_id(assistant, name))
    if common.as_json:
        write_json(versions)
    else:
        show(output(), _history_parts(output(), versions))


def show_diff(opener: Opener, common: Common, name: str, one: int | None, other: int | None) -> None:
    """Shows what changed from one version to another; by default from the last but one to the last."""
    with opened(opener, common) as assistant:
        found = _article_id(assistant, name)
        newest = assistant.article(found).info.version
        if one is None and newest == 1:
            raise UsageError("There is one version of this article; nothing has changed.")
        old = assistant.article(found, one or newest - 1)
        new = assistant.article(found, other or newest)
    if common.as_json:
        write_json({"old": old.info, "new": new.info, "changes": list(_records(old, new))})
    else:
        show(output(), _diff_parts(output(), old, new))


def _article_id(assistant: Assistant, name: str) -> str:
    found = assistant.named(name)
    if not found:
        raise UsageError(f"The archive has no article {name!r}.")
    if len(found) > 1:
        some = ", ".join(info.id for info in found[:3])
        raise UsageError(f"{name!r} names {len(found)} articles ({some} …); give the id of one.")
    return found[0].id


def _history_parts(console: Console, versions: tuple[ArticleVersion, ...]) -> Iterator[Text]:
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


def _diff_parts(console: Console, old: StoredArticle, new: StoredArticle) -> Iterator[Text]:
    """Changed sentences in full with one unchanged one on either side; longer runs of those are only counted."""
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
        mark, style = _MARKS[change.kind]
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


def _records(old: StoredArticle, new: StoredArticle) -> Iterator[dict[str, object]]:
    before, after = sentences_in(old), sentences_in(new)
    for change in sentence_changes(before, after):
        yield {
            "kind": change.kind,
            "old_sentence": change.old,
            "new_sentence": change.new,
            "old": None if change.old is None else before[change.old],
            "new": None if change.new is None else after[change.new],
        }
