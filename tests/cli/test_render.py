from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console

from assistant.cli import render
from assistant.cli.article_view import context_parts
from assistant.cli.terminal import print_parts
from assistant.records import ArticleInfo, Statement, Verdict
from tests.fakes.invented import HARBOUR, TRAP, answer_to, articles, cite, evidence, stored


def printed(parts: object, width: int = 80, *, colour: bool = False) -> str:
    console = a_console(width, colour=colour)
    print_parts(console, parts)  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_console(width: int = 80, *, colour: bool = False) -> Console:
    return Console(
        file=io.StringIO(), width=width, force_terminal=colour, highlight=False, markup=False, emoji=False, _environ={}
    )


def shown(question: str, width: int = 80) -> str:
    return printed(render.answer_parts(a_console(width), answer_to(question)), width)


def test_a_reader_gets_statement_marker_source_sentence_and_span() -> None:
    text = shown("harbour", 120)
    assert text.startswith("Port Alder closes its old harbour for 18 million crowns. [1][2]\n\nSources\n")
    assert "[1] Alder Courier · 27 Nov 2025 · Old harbour to close" in text
    assert "\n    “Mayor Ines Calder said the work costs 18 million crowns.”\n" in text
    assert text.endswith("Evidence from 25 Nov 2025 to 27 Nov 2025.\n")


def test_what_we_add_about_dates_stands_outside_the_quotation() -> None:
    lines = shown("harbour").splitlines()
    at = next(i for i, line in enumerate(lines) if "voted on Tuesday to" in line)
    assert "2025" not in lines[at]
    assert lines[at + 1].strip() == "[added: on Tuesday = 25 Nov 2025]"


@pytest.mark.parametrize(
    ("said", "set_as"),
    [
        ("“We close it,” she said.", "“‘We close it,’ she said.”"),
        ('"We close it," she said.', "“‘We close it,’ she said.”"),
        ("She said: “We close it.”", "“She said: ‘We close it.’”"),
        ("“We close it.", "“We close it."),  # the mark that closes it is elsewhere
        ("This is an offer,” he said.", "This is an offer,” he said."),
        ("«On ferme»", "«On ferme»"),
        ('It is 5" long.', '“It is 5" long.”'),
    ],
)
def test_marks_within_a_quoted_sentence_are_set_as_newspapers_do(said: str, set_as: str) -> None:
    assert render.quoted(said).plain == set_as


def test_a_failed_statement_says_so_without_colour() -> None:
    text = " ".join(shown("ferry").split())
    assert "23 million people. [3] (! not in the cited sentence: “23 million”)" in text
    assert "(! it also points to [9], which was not offered)" in text
    assert "It stops in March. [1] The" in text  # the statement that passed carries no mark
    assert text.endswith("Note: The reply was cut off.")


@pytest.mark.parametrize("verdict", [Verdict.PARTLY, Verdict.UNSUPPORTED, Verdict.MISQUOTED])
def test_every_failing_verdict_has_a_mark(verdict: Verdict) -> None:
    assert "(! " in render.statement_text(Statement(text="X.", citations=(), verdict=verdict)).plain


def test_a_lead_in_that_claims_nothing_has_no_mark() -> None:
    said = Statement(text="The articles say:", citations=(), verdict=Verdict.UNCITED)
    assert render.statement_text(said).plain == "The articles say:"


def test_a_number_that_was_not_offered_is_told_once() -> None:
    problem = ("[9] was not offered",)
    said = Statement(text="X.", citations=(), verdict=Verdict.UNCITED, problems=problem, unknown=(9,))
    assert render.statement_text(said).plain == "X. (! [9] was not offered)"


def test_an_abstention_shows_at_most_three_sentences_and_does_not_call_them_an_answer() -> None:
    text = shown("weather")
    assert text.startswith("The archive does not say.\nNo sentence of the archive is near enough")
    assert "which do not answer the question:" in text
    assert "[3]" in text
    assert "[4]" not in text
    assert "Sources" not in text


def test_a_sentence_that_is_the_statement_is_not_printed_twice() -> None:
    harbour = articles()[0]
    quoted = cite(1, harbour, 1)
    said = Statement(text=quoted.text, citations=(quoted,), verdict=Verdict.SUPPORTED)
    text = printed(render.answer_parts(a_console(), replace(answer_to("harbour"), statements=(said,))))
    assert text.startswith("“Mayor Ines Calder said the work costs 18 million crowns.” [1]")
    assert text.count("Mayor Ines Calder") == 1


@pytest.mark.parametrize("colour", [False, True])
def test_no_escape_code_of_an_article_or_model_is_printed(colour: bool) -> None:
    console = a_console(200, colour=colour)
    trap = articles()[2]
    parts = [
        *render.answer_parts(console, answer_to("trap")),
        *render.search_parts(console, [evidence(article, 0) for article in articles()]),
        *context_parts(trap, 0, whole=True),
    ]
    text = printed(parts, 200, colour=colour)
    for code in ("\x1b[31m", "\x1b]52", "\x07", "\x9b", "\u202e", "\x1b[2J"):
        assert code not in text
    for kept in ("[bold]not bold[/bold]", "[s1] [sic] :smile:"):
        assert kept in text
    assert ("\x1b[" in text) is colour  # our own colours, and only on a terminal


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("question", ["harbour", "ferry", "weather", "trap"])
def test_lines_fit_the_terminal(question: str, width: int) -> None:
    for line in shown(question, width).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [40, 80])
def test_wide_characters_wrap_by_the_cells_they_fill(width: int) -> None:
    article = stored("東京の市議会は火曜日に古い港を閉鎖することを決めた" * 8 + ".", title="港" * 60, outlet="新聞")
    console = a_console(width)
    text = printed(render.evidence_block(console, "[1] ", cite(1, article, 0)), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert text.count("火") == 8


@pytest.mark.parametrize(
    ("about", "line"),
    [
        ({"source": "/a/b/report.txt"}, "unknown outlet · no date · (no title) report.txt"),
        ({"source": "https://www.news.example/2025/x/"}, "news.example · no date · (no title) x"),
        ({"source": "https://news.example"}, "news.example · no date · (no title) https://news.example"),
        ({"source": "row-7", "url": "http://b.example/q"}, "b.example · no date · (no title) row-7"),
        ({"source": "http://[broken", "title": "T"}, "unknown outlet · no date · T"),
        ({"source": "s", "outlet": "Reuters", "published": date(2025, 1, 2)}, "Reuters · 2 Jan 2025 · (no title) s"),
    ],
)
def test_an_article_that_lacks_something_is_still_named(about: dict[str, object], line: str) -> None:
    known: dict[str, object] = {"title": "", "outlet": "", "published": None}
    info = ArticleInfo(id="0" * 10, version=1, **(known | about))  # type: ignore[arg-type]
    assert render.article_line(info).plain == line


def test_an_article_is_shown_around_the_cited_sentence() -> None:
    article = articles()[0]
    near = printed(context_parts(article, 5), 200)
    assert ">>The council refused.<< Work begins in spring." in near
    assert "… Fishing boats move" in near
    assert "voted on Tuesday" not in near
    whole = printed(context_parts(article, 5, whole=True), 200)
    assert whole.replace(">>", "").replace("<<", "").endswith(HARBOUR + "\n")


def test_an_outdated_version_is_named_as_such() -> None:
    old = replace(articles()[0], current=False)
    assert "older version" in printed(context_parts(old, 0))


def test_the_trap_holds_what_it_should() -> None:
    assert all(code in TRAP for code in ("\x1b[31m", "\x1b]52", "\x9b", "\u202e", "[s1]"))
