"""Markdown: YAML front matter, then the article.

What stays in the text is what a reader wants to see quoted. Three things therefore go. Link targets, because an
address inside a quoted sentence is noise, and its digits would seem to support a number in a statement. Images,
because their captions are not the article's prose. Marks of emphasis, because `**Takaichi** said` would not match
words quoted from it. Everything else (headings, lists, tables, code) stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from assistant.articles.build import RawArticle
from assistant.articles.charsets import decoded
from assistant.articles.fields import as_names, as_string, resolve_fields
from assistant.articles.text import UnreadableError, normalise, one_line

_FENCE = re.compile(r"^(?:---|\.\.\.)$", re.MULTILINE)
_KEY_LINE = re.compile(r"[A-Za-z_][\w -]{0,40}:(?:\s|$)")
_FRONT_MATTER_LIMIT = 64_000  # characters
_TITLE = re.compile(r"^#[ \t]+(\S.*)$", re.MULTILINE)

# Every repetition below is bounded, so that a hostile file takes linear time.
_TARGET = r"\((?:[^()\s]|\([^()\s]{0,300}\)){0,2000}+(?:[ \t]+\"[^\"\n]{0,300}\")?\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]{{0,1000}}\]{_TARGET}")
_LINK = re.compile(rf"\[([^\[\]\n]{{1,1000}})\]{_TARGET}")
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]{1,1000})(?<=[^\s\\])\1(?![\w*])")
_UNDERLINE = re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_\n]{1,1000})(?<=[^\s\\])\1(?!\w)")


def read_markdown(data: bytes, *, charset: str = "") -> RawArticle:
    """Return the article in a Markdown file. The title is that of the front matter, else the first `# heading`.

    Raises `UnreadableError`, naming the line, when the front matter is damaged.
    """
    letters = decoded(data, charset)
    text = normalise(letters.text)
    if not text:
        raise UnreadableError("is empty")
    facts, body = _front_matter(text)
    body = plain_words(body.strip())
    if not body:
        raise UnreadableError("holds a front matter but no text")
    heading = _TITLE.search(body)
    title = heading[1].rstrip("#").rstrip() if heading else ""
    if heading and heading.start() == 0:
        body = title + body[heading.end() :]
    keys = resolve_fields(facts)
    return RawArticle(
        text=body,
        title=as_string(facts.get(keys.title or "")) or title,
        outlet=as_string(facts.get(keys.outlet or "")),
        published=facts.get(keys.published or ""),
        authors=as_names(facts.get(keys.authors or "")),
        url=as_string(facts.get(keys.url or "")),
        doubt=letters.doubt,
    )


def plain_words(text: str) -> str:
    """Return `text` without images, link targets and marks of emphasis."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    for _ in range(2):  # emphasis within emphasis
        text = _UNDERLINE.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return text


def _front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """Return what the front matter says, and the text after it. A `---` before no keys is a line across the page."""
    opening, _, rest = text.partition("\n")
    if opening != "---" or not _KEY_LINE.match(rest):
        return {}, text
    closing = _FENCE.search(rest, 0, _FRONT_MATTER_LIMIT)
    if closing is None:
        raise UnreadableError("front matter: opened in line 1 but not closed; add a line ---")
    facts = _parse(rest[: closing.start()])
    return facts, rest[closing.end() :]


def _parse(matter: str) -> dict[str, object]:
    """Return keys and values; scalars stay strings, so that a date is read as written and no object is made by YAML."""
    try:
        facts = yaml.BaseLoader(matter).get_single_data()
    except yaml.MarkedYAMLError as err:
        line = err.problem_mark.line + 2 if err.problem_mark else 1
        problem = one_line(err.problem or "not valid YAML", 100)
        raise UnreadableError(f"front matter: line {line}: {problem}; put the value in quotes") from err
    except (yaml.YAMLError, RecursionError) as err:
        raise UnreadableError("front matter: is not valid YAML, or nested too deeply") from err
    if not isinstance(facts, dict):
        raise UnreadableError("front matter: line 2: no keys with values; write `title: …` and the like")
    return {key: None if value in ("null", "~") else value for key, value in facts.items() if isinstance(key, str)}
