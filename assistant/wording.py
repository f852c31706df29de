"""How days, counts, articles and verdicts are worded wherever people read them: in the terminal and in exported files.

Every foreign string passes through `safe` here, so that what these functions return may be shown as it is.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath
from urllib.parse import urlsplit

from assistant.records import (
    Answer,
    ArticleInfo,
    DateMention,
    Disagreement,
    Evidence,
    Filters,
    FoundBy,
    Statement,
    StoryFigures,
    Verdict,
    When,
)
from assistant.safe_text import safe

NOT_SAID = "The archive does not say."  # above an answer that gives none
NEAREST = 3  # evidence shown under an abstention: enough to judge whether to ask again
# In English, whatever the locale. The usual abbreviations are the first three letters.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FAILURES = {  # said when a verdict comes without problems in words
    Verdict.SUPPORTED: "",
    Verdict.PARTLY: "the cited sentences hold only a part of this",
    Verdict.UNSUPPORTED: "not in the cited sentences",
    Verdict.MISQUOTED: "the quoted words are not in the cited sentences",
    Verdict.UNCITED: "",  # such as "Here is what the articles say:", which claims nothing
}


_INNER = re.compile('“([^“”"]+)”|(?<![^\\s(\\[—–])"([^“”"]+)"')  # a whole quotation
_DOUBLE_MARKS = ("“", "”", '"', "„", "‟", "«", "»", "「", "」", "『", "』")
_OPINIONS = {Verdict.SUPPORTED: "supported", Verdict.PARTLY: "supported in part", Verdict.UNSUPPORTED: "not supported"}


def day(value: date) -> str:
    """A day as readers of every country read it the same way: 27 Nov 2025."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def days(first: date, last: date) -> str:
    """A span of days, or the one day that it is: "25 Nov 2025 to 3 Dec 2025"."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def long_date(value: date) -> str:
    """A day with the whole name of its month, as prompts and notices have it: "5 November 2025"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def span_of_days(first: date, last: date) -> str:
    """The days from `first` to `last`, both included: "5 March 2025", "3 to 9 March 2025", "March 2025", "2025"."""
    if first == last:
        return long_date(first)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return f"{MONTHS[first.month - 1]} {first.year}"
        if first.year == last.year and (first.month, last.month) == (1, 12):
            return str(first.year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {long_date(last)}"
    return f"{long_date(first)} to {long_date(last)}"


def plural(number: int, noun: str) -> str:
    """The number with its noun: "1 article", "4,931 articles"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def published(info: ArticleInfo) -> str:
    """The day of publication."""
    return day(info.published) if info.published else "no date"


def outlet_of(info: ArticleInfo) -> str:
    """The outlet as recorded, else the host of the article's address, else "unknown outlet"."""
    host = _parts(info.url or info.source)[0].removeprefix("www.")
    return safe(info.outlet) or safe(host) or "unknown outlet"


def title_of(info: ArticleInfo) -> str:
    """The title as recorded, else the last part of the file name or address."""
    name = PurePath(_parts(info.source)[1].rstrip("/")).name or info.source
    return safe(info.title) or f"(no title) {safe(name)}"


def _parts(address: str) -> tuple[str, str]:
    """Host and path; an address that cannot be taken apart is all path."""
    try:
        split = urlsplit(address)
        return (split.hostname or "", split.path) if split.scheme in ("http", "https") else ("", address)
    except ValueError:
        return "", address


def added_dates(evidence: Evidence) -> str:
    """What "on Tuesday" and the like meant on the day of publication; "" when nothing depends on that day."""
    relative = [m for m in evidence.dates if m.relative]
    return "; ".join(f"{safe(_words(evidence, m))} = {days(m.first, m.last)}" for m in relative)


def _words(evidence: Evidence, mention: DateMention) -> str:
    return evidence.text[mention.start : mention.end]


def limits_in_words(limits: Filters) -> str:
    """What a person limited the search to: "since 1 Nov 2025; outlet Isle News", or "all articles"."""
    parts = [
        f"since {day(limits.since)}" if limits.since else "",
        f"until {day(limits.until)}" if limits.until else "",
        "outlet " + " or ".join(safe(name) for name in limits.outlets) if limits.outlets else "",
        "author " + " or ".join(safe(name) for name in limits.authors) if limits.authors else "",
    ]
    return "; ".join(p for p in parts if p) or "all articles"


def second_opinion(statement: Statement) -> str:
    """What a language model says of a statement, and why; "" when none was asked."""
    if statement.opinion is None:
        return ""
    says = _OPINIONS.get(statement.opinion.verdict, statement.opinion.verdict)
    reason = safe(statement.opinion.reason)
    return f"second opinion: {says}" + (f", {reason}" if reason else "")


def usage_in_words(answer: Answer) -> str:
    """The tokens of an answer and what they cost: "1,204 tokens read, 88 written in 2 calls; 0.00062 USD"."""
    used = answer.usage
    if used is None:
        return "The server did not say how many tokens it used." if answer.model else ""
    calls = plural(used.calls, "call")
    counted = f", {used.uncounted} of them not counted by the server" if used.uncounted else ""
    cost = f"; {amount(answer.cost.amount)} {answer.cost.currency}" if answer.cost else ""
    return f"{used.prompt_tokens:,} tokens read, {used.completion_tokens:,} written in {calls}{counted}{cost}"


def amount(value: float) -> str:
    """Money: two decimals, or the first two digits that count of a small amount, never in scientific notation."""
    if value >= 1 or value == 0:
        return f"{value:.2f}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}"


def in_marks(text: str) -> str:
    """Stored words in quotation marks; those within them become single ones, as newspapers set them.

    As they stand where a pair is broken, or where marks of another language begin or end them.
    """
    single = _INNER.sub(lambda found: f"‘{found[1] or found[2]}’", text)
    broken = "“" in single or "”" in single
    foreign = single.startswith(_DOUBLE_MARKS) or single.endswith(_DOUBLE_MARKS)
    return text if broken or foreign else f"“{single}”"


def is_quotation(statement: Statement) -> bool:
    """Whether a statement is one of its cited sentences, word for word."""
    return any(statement.text == citation.text for citation in statement.citations)


def faults(statement: Statement) -> Iterator[str]:
    """What the check found wrong with a statement, each in words."""
    said = "; ".join(safe(problem) for problem in statement.problems) or _FAILURES[statement.verdict]
    if said:
        yield said
    unsaid = [f"[{n}]" for n in statement.unknown if f"[{n}]" not in said]
    if unsaid:
        yield f"it also points to {', '.join(unsaid)}, which was not offered"


_NOTICES = {"retraction": "RETRACTED", "correction": "corrected", "clarification": "clarified"}
_LONGEST_NOTICE = 240  # characters; the whole of it stands in the article
_NAMED = 5  # places that a story is also printed in; the others are counted


def correction(info: ArticleInfo) -> str:
    """The gravest notice that an article carries: "corrected: “…”", or "letters doubtful: its file …"; "" for none."""
    if not info.notice_kind:
        return ""
    words = safe(info.notice)
    if info.notice_kind == "letters":
        return f"letters doubtful: its file {words.rsplit('; ', 1)[0]}"
    cut = words if len(words) <= _LONGEST_NOTICE else words[:_LONGEST_NOTICE].rsplit(" ", 1)[0] + " …"
    return f"{_NOTICES.get(info.notice_kind, safe(info.notice_kind))}: {in_marks(cut)}"


def is_retracted(info: ArticleInfo) -> bool:
    """Whether the article says that it was retracted."""
    return info.notice_kind == "retraction"


def also_in(info: ArticleInfo) -> str:
    """Where else its story is printed: "also in 2 outlets: The Courant, Isle News"; "" for nowhere."""
    outlets = [safe(name) for name in info.also_in if not name.startswith("“")]
    titles = [safe(name) for name in info.also_in if name.startswith("“")]
    parts = (
        [f"also in {plural(len(outlets), 'outlet')}: {_some(outlets)}"] * bool(outlets),
        [f"also under the title {_some(titles)}" if len(titles) == 1 else f"also under the titles {_some(titles)}"]
        * bool(titles),
    )
    return "; ".join(text for part in parts for text in part)


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f", and {more:,} more" if more > 0 else "")


def source_found(statement: Statement) -> str:
    """Return a quiet remark where a source is not what the writer of the statement pointed to; "" where it is."""
    pairs = zip(statement.citations, statement.found_by, strict=False)
    found = [c for c, by in pairs if by is FoundBy.PROGRAM and c.number not in statement.written]
    if not found:
        return ""
    return (
        "source found by the program"
        if len(statement.citations) == 1
        else (f"{', '.join(f'[{c.number}]' for c in found)} found by the program")
    )


def pointed(statement: Statement) -> str:
    """Return what the model wrote behind a statement, where that is not what proves it; "" where it is."""
    if not source_found(statement):
        return ""
    wrote = ", ".join(f"[{n}]" for n in statement.written) or "no number"
    found = ", ".join(f"[{c.number}]" for c in statement.citations)
    return f"the model wrote {wrote}; the program found {found}"


def confirmation(statement: Statement) -> str:
    """How many sources that are independent of each other bear a statement out; "" where it cites one article.

    Copies of one story count once, and so do articles of one outlet.
    """
    articles = {c.article.id: c.article for c in statement.citations}
    if len(articles) < 2:
        return ""
    found = independent(list(articles.values()))
    if found > 1:
        return f"{found} independent sources"
    stories = {info.story or info.id for info in articles.values()}
    return "one story, printed more than once" if len(stories) == 1 else ""


def independent(articles: Sequence[ArticleInfo]) -> int:
    """How many of these articles are independent: joined are those of one story, and those of one outlet."""
    groups: list[set[str]] = []
    for info in articles:
        marks = {f"story {info.story or info.id}"} | ({f"outlet {info.outlet.casefold()}"} if info.outlet else set())
        touched = [group for group in groups if group & marks]
        groups = [group for group in groups if not group & marks] + [marks.union(*touched)]
    return len(groups)


def when_in_words(when: When | None) -> str:
    """The days of an entry of an overview: "4 Mar 2025", "reported 4 Mar 2025"; "" where nothing tells."""
    if when is None:
        return ""
    return f"{'reported ' if when.reported else ''}{_entry_days(when.first, when.last)}"


def _entry_days(first: date, last: date) -> str:
    """A day, a month as such ("Mar 2025"), or a span of days."""
    whole = first.day == 1 and (last.year, last.month) == (first.year, first.month)
    if whole and last.day == monthrange(last.year, last.month)[1]:
        return f"{MONTHS[first.month - 1][:3]} {first.year}"
    return days(first, last)


def told_by(statement: Statement) -> str:
    """Who tells an entry of an overview: "Courant; also in 2 outlets: Isle News, Tide; said by Ana Varga"; else ""."""
    if statement.when is None and not statement.heading:
        return ""
    parts = []
    for citation in statement.citations:
        speaker = "" if statement.heading else speaker_named(citation)
        said = f"said by {safe(speaker)}" if speaker else ""
        parts += [outlet_of(citation.article), also_in(citation.article), said]
    return "; ".join(dict.fromkeys(part for part in parts if part))


_COUNTED = "Counted are articles whose title or text holds these words, in any form of theirs."
_DETERMINERS = ("the", "a", "an", "his", "her", "its", "their", "one", "some", "two", "several", "many")
_UNNAMED = ("he", "she", "it", "they", "we", "i", "you")


def speaker_named(evidence: Evidence) -> str:
    """Who says it, where the article's words name somebody; "" for a bare pronoun, and for the article itself."""
    speaker = evidence.speaker
    first = speaker.split(" ")[0].casefold()
    named = first in _DETERMINERS or any(c.isupper() for c in speaker)
    return "" if speaker.casefold() in _UNNAMED or ". " in speaker or not named else speaker


def counted_in_words(story: StoryFigures) -> str:
    """A count and what was counted: "7 of 31 articles mention “Pellin Bridge” (4 Mar 2025 to 15 Apr 2025). …"."""
    words = " and ".join(f"“{safe(each)}”" for each in story.counted)
    if not story.articles:
        return f"None of {plural(story.among, 'article')} mentions {words}. {_COUNTED}"
    dated = [day_of.day for day_of in story.days]
    if story.kind == "first mention" and dated:
        count = f"{words} is first mentioned on {day(dated[0])}; {story.articles:,} of {plural(story.among, 'article')}"
        count += " mentions it." if story.articles == 1 else " mention it."
    else:
        span = f" ({days(dated[0], dated[-1])})" if dated else ""
        verb = "mentions" if story.articles == 1 else "mention"
        count = f"{story.articles:,} of {plural(story.among, 'article')} {verb} {words}{span}."
    copies = f" {plural(story.copies, 'further print')} of the same text counted."
    return f"{count}{copies if story.copies else ''} {_COUNTED}"


def history_in_words(found: Disagreement) -> str:
    """Return how a figure changed, the oldest reading first: "23,000 on 6 Mar 2025, 32,000 on 8 Mar 2025, corrected".

    "" unless it was given on different days.
    """
    dated = [(each.citation.article.published, each) for each in found.readings]
    told = sorted(((d, each) for d, each in dated if d), key=lambda pair: pair[0])
    if len({d for d, _ in told}) < 2:
        return ""
    return ", ".join(f"{safe(each.words)} on {day(d)}{', corrected' if each.correction else ''}" for d, each in told)


def story_in_words(story: StoryFigures) -> str:
    """What an overview was made from: "From 8 articles, 7 Feb 2022 to 8 Jun 2022.", and how to see the rest."""
    if story.counted:
        return "Each article is shown by the sentence that mentions it first, the earliest article first." + _more(
            story
        )
    dated = [day_of.day for day_of in story.days]
    span = f", {days(dated[0], dated[-1])}" if dated else ""
    read = f"From {plural(story.articles, 'article')}{span}" if story.articles != 1 else f"From one article only{span}"
    copies = f"; {plural(story.copies, 'further print')} of the same text left out" if story.copies else ""
    number = f"at least {plural(story.further, 'article')}" if story.unmeasured else plural(story.further, "article")
    further = f" {number[0].upper()}{number[1:]} more about it not read: limit the days (--since, --until) to see them."
    return f"{read}{copies}.{further if story.further else ''}{_more(story)}"


def empty_sides(answer: Answer) -> Iterator[tuple[str, str]]:
    """The sides of a comparison of which nothing is shown, each with why."""
    shown = {statement.heading for statement in answer.statements}
    for name, articles in answer.story.sides if answer.story and not answer.abstained else ():
        if name not in shown:
            nothing = f"{plural(articles, 'article')} about it, with nothing to quote."
            yield safe(name), nothing if articles else "No article about it."


def _more(story: StoryFigures) -> str:
    return " There is more to tell: ask for more entries (--length)." if story.more else ""
