"""The day of publication as a page shows it, where its metadata name none.

In order: the only day that the `time` elements around the headline name, the only day of an element whose class says
that it holds the date, a line beside the headline that is a date and little else (a label, a byline, a time of day),
the only day under a name such as "publishedAt" in the data of its scripts. Days of updates do not count, and where two
days are left, there is none: a date anywhere else in the text is no day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from assistant.articles.publication_date import dates_within, days_within, parse_day

_UPDATE_WORDS = re.compile(
    r"updat|modif|last change|aktualis|geändert|stand\b|mis à jour|actualiza|aggiornat|atualizad|bijgewerkt|更新",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:publish(?:ed)?|publication|pub|post(?:ed)?|entry|article|story|news|byline|creation|"
    r"release)[_-]?_?(?:date|time|on|info|meta)"
    r"|(?:^|\s)(?:date(?:line)?|datum|data|fecha|timestamp|pubdate|byline|submitted|meta[_-]date|date[_-]published)(?:$|\s)",
    re.IGNORECASE,
)
_DATE_LENGTH = 120  # characters of an element that holds a date and little else
_SEARCHED = 2000  # elements looked at
_TIMES = ".//time | .//abbr[@title and contains(@class, 'publish')] | .//*[@data-timestamp or @data-published]"
_TIME_ATTRIBUTES = ("datetime", "data-timestamp", "data-published", "title")
_ASIDE = frozenset(
    ("nav", "aside", "footer", "figure", "figcaption", "script", "style", "button", "select", "noscript")
)
_BESIDE = 40  # pieces of text after the headline, and `_ABOVE` before it, that are looked at
_ABOVE = 6
_PROSE = 140  # characters of a piece with which the article begins
# What may stand in a line beside its date: a label, a byline, a time of day, how long it takes to read.
_LABEL = re.compile(
    r"\b(?:first\s+)?(?:published|posted|date|submitted|veröffentlicht|publié|publicado|pubblicato|gepubliceerd|opublikowano"
    r"|publicerad|erschienen|am|on|le|el|il|op)\b\s*:?"
    r"|\bby\s+(?:[^\W\d_][\w.'’-]*\s*){1,5}"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\b(?:at|um|à|as|às|alle|kl|uhr|[ap]\.?m\.?|[A-Z]{3,4})\b"
    r"|\b\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?|\b\d{1,2}\s*[ap]\.?m\.?"
    r"|\b\d{1,2}\s*min\w*(?:\s+read)?|[\W_]+",
    re.IGNORECASE,
)
_SCRIPT_DAY = re.compile(
    r"""["']?\b(?:date_?published|published_?at|published_?date|publish_?date|publication_?date|published_?time|pub_?date
    |first_?published(?:_?at|_?date)?|article_?publish(?:ed)?_?date)["']?\s*:\s*["']?([\w:.+-]{8,40})""",
    re.IGNORECASE | re.VERBOSE,
)
_SCRIPTS = 2_000_000  # characters of all scripts that are looked at


def shown_days(tree: Any, *, day_first: bool) -> Iterator[date]:
    """Yield the days that a parsed page shows as its own, the surest first; `day_first`: it writes 4.3. for 4 March."""
    headline = next(iter(tree.xpath(".//h1")), None)
    if (day := _of_times(tree, headline)) or (day := _only(_of_classes(tree, day_first=day_first))):
        yield day
    if headline is not None and (day := _only(_beside(headline, day_first=day_first))):
        yield day
    if day := _only(_of_scripts(tree)):
        yield day


def _only(days: Iterator[date]) -> date | None:
    found = set(days)
    return found.pop() if len(found) == 1 else None


def _of_times(tree: Any, headline: Any) -> date | None:
    around = [] if headline is None else list(headline.iterancestors("header", "article", "main", "section"))
    for area in (*around[:3], tree):
        times = area.xpath(_TIMES)[:_SEARCHED]
        days = {_of_time(time) for time in times if not _UPDATE_WORDS.search(_context(time))} - {None}
        if len(days) == 1:
            return days.pop()
    return None


def _of_time(element: Any) -> date | None:
    written = next((element.get(name) for name in _TIME_ATTRIBUTES if element.get(name)), "")
    return parse_day(written) or next(iter(days_within(_words(element))), None)


def _of_classes(tree: Any, *, day_first: bool) -> Iterator[date]:
    """Yield the days of elements whose class or id says that they hold the date, and that hold little else."""
    for element in tree.xpath(".//*[@class or @id]")[:_SEARCHED]:
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _DATE_CLASS.search(named[:300]):
            words = _words(element)
            if len(words) <= _DATE_LENGTH:
                yield from days_within(_without_updates(words), day_first=day_first)


def _without_updates(words: str) -> str:
    """Return words without those of an update: all from its name on, or up to the next label where it stands first."""
    found = _UPDATE_WORDS.search(words)
    if not found:
        return words
    if days_within(words[: found.start()]):
        return words[: found.start()]
    again = re.search(r"\b(?:publi|posted|veröff)\w*", words[found.end() :], re.IGNORECASE)
    return words[found.end() + again.start() :] if again else ""


def _beside(headline: Any, *, day_first: bool) -> Iterator[date]:
    """Yield the days of the lines beside the headline that are a date and little else."""
    own = frozenset(headline.iterancestors("article", "main"))
    above = [piece for piece in headline.xpath("preceding::text()")[-4 * _ABOVE :] if own & _around(piece)]
    after = list(islice(headline.xpath("following::text()"), _BESIDE))
    is_update = False
    for piece in (*reversed(above[-_ABOVE:]), *after):
        words = " ".join(str(piece).split())
        if not words or any(element.tag in _ASIDE for element in _around(piece)):
            continue
        if len(words) > _PROSE:
            return
        days = days_within(_without_updates(words), day_first=day_first)
        if len(days) == 1 and not is_update and _is_date_line(words, day_first=day_first):
            yield days[0]
        is_update = bool(_UPDATE_WORDS.search(words))  # its date may stand in the next piece


def _around(piece: Any) -> frozenset[Any]:
    parent = piece.getparent()
    parent = parent.getparent() if piece.is_tail and parent is not None else parent
    return frozenset() if parent is None else frozenset((parent, *parent.iterancestors()))


def _is_date_line(words: str, *, day_first: bool) -> bool:
    update = _UPDATE_WORDS.search(words)
    rest = words[: update.start()] if update and update.start() else words
    for start, end, _ in sorted(dates_within(rest, day_first=day_first), reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    return not _LABEL.sub("", rest).strip()


def _of_scripts(tree: Any) -> Iterator[date]:
    left = _SCRIPTS
    for script in tree.xpath(".//script[not(@src)]/text()")[:100]:
        for found in _SCRIPT_DAY.finditer(script[:left]):
            if day := parse_day(found[1]):
                yield day
        left -= min(left, len(script))


def _words(element: Any) -> str:
    words: list[str] = []
    length = 0
    for piece in element.itertext():
        words.append(piece)
        length += len(piece)
        if length > 2 * _DATE_LENGTH:
            break
    return " ".join(" ".join(words).split())


def _context(element: Any) -> str:
    """Return the words in and just before an element, and its class: "Updated 28 November"."""
    parent = element.getparent()
    before = element.getprevious()
    lead = (before.tail or "") if before is not None else (parent.text or "") if parent is not None else ""
    return f"{element.get('class') or ''} {element.get('itemprop') or ''} {lead[-40:]} {_words(element)}"
