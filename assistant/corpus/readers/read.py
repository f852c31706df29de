"""Reading one file of any known kind: the border between the archive's files and `Article` records."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.corpus.readers import files, rows
from assistant.corpus.readers.fields import GUESS, FieldMap
from assistant.corpus.readers.found import ARTICLE_LIMIT, Found, Notice, date_notice, to_article, too_long
from assistant.corpus.readers.markdown import read_markdown
from assistant.corpus.readers.plain import read_plain
from assistant.corpus.readers.webpage import read_web_page
from assistant.corpus.text import UnreadableError
from assistant.records import Article, Skipped


def read_file(
    path: Path, fields: FieldMap = GUESS, on_bytes: files.OnBytes = files.ignored
) -> Iterator[Article | Skipped | Notice]:
    """The articles of a file, what was left out and why, and notices of what the user should know.

    JSON Lines are read row by row, never whole. A fault of the file ends the reading with one `Skipped`; a fault of a
    row skips that row. `fields` concerns JSON only. Article sources are `url`, `id` or "path#row 12" for JSON, else
    the absolute path. `on_bytes` is told how many bytes of a file of JSON Lines are read, as they are.

    Raises `UsageError` when `fields` names a key that the first row of a JSON file does not have.
    """
    source = path.resolve().as_posix()
    if source != (shown := files.printable(path.resolve())):
        yield Skipped(source=shown, reason="its name is not valid UTF-8; rename it")
        return
    try:
        yield from _items(path, source, fields, on_bytes)
    except UnreadableError as err:
        yield Skipped(source=source, reason=str(err))
    except (EOFError, zlib.error):
        yield Skipped(source=source, reason="is damaged gzip data or ends too early; fetch it again")
    except OSError as err:
        yield Skipped(source=source, reason=files.os_reason(err))


def _items(path: Path, source: str, fields: FieldMap, on_bytes: files.OnBytes) -> Iterator[Article | Skipped | Notice]:
    kind = files.kind_of(path)
    if kind in files.JSON:
        yield from rows.read_json(path, source, fields)
    elif kind in files.JSON_LINES:
        yield from rows.read_lines(path, source, fields, on_bytes)
    elif kind in files.MARKDOWN:
        yield from _single(path, source, read_markdown)
    elif kind in files.WEB_PAGE:
        yield from _single(path, source, read_web_page)
    elif kind in files.TEXT:
        yield from _single(path, source, read_plain)
    else:
        raise UnreadableError(files.unknown_type(path))


def _single(path: Path, source: str, reader: Callable[[bytes], Found]) -> Iterator[Article | Notice]:
    """The one article of a file, and a notice when its date is not understood."""
    data = files.read_whole(path, ARTICLE_LIMIT, too_long())
    if not data or data.isspace():
        raise UnreadableError("is empty")
    found = reader(data)
    article = to_article(found, source)
    yield article
    if notice := date_notice(found, article):
        yield notice
