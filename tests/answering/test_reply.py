"""Statements and their numbers, in every shape that models write them; nothing lost, nothing made up, no hang."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answering.answerer import DraftStatement
from assistant.answering.markers import MarkerStream, code_spans, find_markers, unfinished_marker
from assistant.answering.reply import is_abstention, parse_reply, parse_statements

PIECES = [
    *"[]【】［］()*`\"'“”.,;:-–^†\\#_ \n",
    *("0", "1", "2", "17", "2024", "1234567", "He left", "She stayed.", "U.S.", "[1]", "[2, 3]", "[4-6]", "[2024]"),
    *("source", "and", "see ", "**", "```\n", "\n- ", "\n\n", "Sources:", "# ", "1. ", "http://x", "é", "\u2028", "１"),
]
REPLIES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=60)


def parsed(text: str, offered: tuple[int, ...] = ()) -> list[tuple[str, tuple[int, ...]]]:
    return [(statement.text, statement.numbers) for statement in parse_statements(text, offered)]


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("[1, 2]", (1, 2)),
        ("[1,2;3]", (1, 2, 3)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3, 7]", (1, 2, 3, 7)),
        ("[1][2]", (1, 2)),
        ("[1] [2], [3] and [4]", (1, 2, 3, 4)),
        ("【1】", (1,)),
        ("［１］", (1,)),
        ("[^1]", (1,)),
        ("[1†source]", (1,)),
        ("【12†L1-L3】", (12,)),
        ("[Source 1]", (1,)),
        ("[sentences 1 and 2]", (1, 2)),
        ("[[1]]", (1,)),
        ("([1])", (1,)),
        ("(see [1])", (1,)),
        ("(Source: [1])", (1,)),
        ("**[1]**", (1,)),
        ("[**1**]", (1,)),
        ("\\[1\\]", (1,)),
        ("[1](#note)", (1,)),
        ("[1](https://example.org/a)", (1,)),
        ("[2][1][2]", (2, 1)),
        ("[0]", (0,)),
        ("[123456]", (123456,)),
        ("[3-1]", (3, 1)),
        ("[1-999999]", (1, 999999)),
        ("[2024, 1]", (2024, 1)),
    ],
)
@pytest.mark.parametrize(
    "shape", ["He left {}.", "He left.{}", "He left. {}", "He left{}.", "He left.\n{}", "He left {} .", "- He left. {}"]
)
def test_markers_as_models_write_them(marker: str, numbers: tuple[int, ...], shape: str) -> None:
    assert parsed(shape.format(marker)) == [("He left.", numbers)]


@pytest.mark.parametrize(
    "text", ["[1234567]", "[-1]", "[1.5]", "[3 May]", "[sic]", "[in 2024]", "[]", "[1", "1]", "(1)"]
)
def test_other_brackets_are_text(text: str) -> None:
    assert parsed(f"He left {text} then. [4]") == [(f"He left {text} then.", (4,))]


def test_a_year_is_text_unless_it_was_offered() -> None:
    assert parsed("In [2024], sales fell. [3]") == [("In [2024], sales fell.", (3,))]
    assert parsed("Sales fell. [2024]", offered=(2024,)) == [("Sales fell.", (2024,))]
    assert parsed("Sales fell. [1899]") == [("Sales fell.", (1899,))]


@pytest.mark.parametrize(
    ("reply", "statements"),
    [
        ("Prices rose. [4] Two banks failed. [2][7]", [("Prices rose.", (4,)), ("Two banks failed.", (2, 7))]),
        ("Prices rose.[4]Two banks failed.[2]", [("Prices rose.", (4,)), ("Two banks failed.", (2,))]),
        ("He said “It is over.” [1] She left. [2]", [("He said “It is over.”", (1,)), ("She left.", (2,))]),
        ("He said “It is over.[1]” She left.", [("He said “It is over.”", (1,)), ("She left.", ())]),
        ("Rain [1] and snow [2] fell.", [("Rain and snow fell.", (1, 2))]),
        ("He left the U.S. [1] Analysts disagree. [2]", [("He left the U.S.", (1,)), ("Analysts disagree.", (2,))]),
        ("It rained.\n[1]\nIt snowed.\n[2]", [("It rained.", (1,)), ("It snowed.", (2,))]),
        ("It rained.\n\n[1]", [("It rained.", (1,))]),
    ],
)
def test_a_marker_belongs_to_the_sentence_before_it(reply: str, statements: list[tuple[str, tuple[int, ...]]]) -> None:
    assert parsed(reply) == statements


@pytest.mark.parametrize(
    "reply",
    [
        "[1] It rained. [2] It snowed.",
        "[1] It rained.\n[2] It snowed.",
        "[1]: It rained.\n[2]: It snowed.",
        "- [1] It rained.\n- [2] It snowed.",
        "1. [1] It rained.\n2. [2] It snowed.",
        "[1] It rained.\n\n[2] It snowed.",
    ],
)
def test_numbers_written_first_belong_to_what_follows(reply: str) -> None:
    assert parsed(reply) == [("It rained.", (1,)), ("It snowed.", (2,))]


@pytest.mark.parametrize(
    "reply",
    [
        "# Weather\n\n- **It** rained. [1]\n- It snowed [2].",
        "**Weather**\n1. It rained. [1]\n2) It snowed [2].",
        "> It rained. [1]\n> It snowed [2].",
        "It rained. [1]\n\n---\n\nIt snowed [2].",
        "• It rained. [1]\r\n• It snowed. [2]",
    ],
)
def test_markdown_is_taken_off(reply: str) -> None:
    assert parsed(reply) == [("It rained.", (1,)), ("It snowed.", (2,))]


def test_lines_of_our_own_frame_are_no_statements() -> None:
    framed = '<article date="4 March 2025" outlet="Wire" title="Rain">\n[1] It rained.\n</article>\n<article date="5'
    assert parsed(framed) == [("It rained.", (1,))]
    assert parsed("<article> is a tag of HTML. [1]") == [("<article> is a tag of HTML.", (1,))]


def test_a_heading_alone_is_all_the_reply_there_is() -> None:
    assert parsed("# It rained") == [("It rained", ())]
    assert parsed("# It rained [1]\n\nIt snowed. [2]") == [("It rained", (1,)), ("It snowed.", (2,))]


def test_code_is_left_alone() -> None:
    assert parsed("The key is `a[1]`. [2]") == [("The key is `a[1]`.", (2,))]
    assert parsed("```\nx = a[1]\n```\nIt rained. [2]") == [("x = a(1)", ()), ("It rained.", (2,))]


@pytest.mark.parametrize(
    "sources",
    [
        "Sources: [1], [9]",
        "\n\nSources: [1], [9]",
        "\n\n**Sources:**\n- [1] Coast Daily\n- [9] Reuters",
        "\n\n## References\n\n1. [1]\n2. [9]",
        "\n\n[^1]: Coast Daily\n[^9]: Reuters",
        "\n\nSources\n[1] Coast Daily, It rained.\n[9] https://example.org",
    ],
)
def test_a_list_of_sources_is_no_statement_and_its_numbers_are_kept(sources: str) -> None:
    reply = parse_reply(f"It rained. [1] It snowed. [2] {sources}")
    assert [(s.text, s.numbers) for s in reply.statements] == [("It rained.", (1,)), ("It snowed.", (2,))]
    assert reply.loose == (1, 9)


def test_the_sources_of_a_single_statement_are_its_own() -> None:
    assert parse_reply("It rained.\n\nSources: [1], [2]").statements == (DraftStatement("It rained.", (1, 2)),)


def test_numbers_without_a_statement_are_not_lost() -> None:
    assert parse_reply("[1] [2]").loose == (1, 2)
    assert parsed("") == []


@pytest.mark.parametrize(
    "reply",
    [
        "NOT IN THE ARCHIVE",
        "not in the archive.",
        "**NOT IN THE ARCHIVE**",
        '"NOT IN THE ARCHIVE."',
        "NOT IN THE ARCHIVE. The sentences are about rain.",
        "NOT IN THE ARCHIVE: no sentence says it.",
        "NOT IN THE ARCHIVE [1]",
    ],
)
def test_an_abstention_is_understood(reply: str) -> None:
    assert is_abstention(reply)


@pytest.mark.parametrize(
    "reply", ["", "It rained. [1]", "NOT IN THE ARCHIVE. But it rained. [1]", "It is not in there."]
)
def test_an_answer_is_no_abstention(reply: str) -> None:
    assert not is_abstention(reply)


@given(REPLIES)
@example("[1[2]3] [[1]2] [1**2]")
@example("x[1`2]`[3]")
def test_the_laws_of_parsing(reply: str) -> None:
    result = parse_reply(reply)
    written = {int(run) for run in re.findall(r"\d+", reply)}
    numbers = [*result.loose, *(number for s in result.statements for number in s.numbers)]
    widest = max(written, default=0)
    for number in numbers:
        assert number in written or any(low < number <= widest for low in written)  # within a range
    for statement in result.statements:
        assert any(char.isalnum() for char in statement.text)
        assert statement.text == statement.text.strip()
        assert not find_markers(statement.text, code_spans(statement.text), ())
        assert len(set(statement.numbers)) == len(statement.numbers)


@given(REPLIES)
def test_every_marker_reaches_a_statement_or_is_kept(reply: str) -> None:
    line = reply.replace("`", "").replace("\n", " ")
    line = " ".join(line.split())
    result = parse_reply(f"It rained {line}")
    found = {n for marker in find_markers(f"It rained {line}", (), ()) for n in marker.numbers}
    assert found == {*result.loose, *(n for s in result.statements for n in s.numbers)}


@given(st.lists(REPLIES, max_size=6))
def test_the_stream_never_cuts_a_marker(chunks: list[str]) -> None:
    stream = MarkerStream()
    shown = [*(stream.feed(chunk) for chunk in chunks), stream.flush()]
    text = "".join(chunks)
    assert "".join(shown) == text
    cuts = {sum(map(len, shown[:i])) for i in range(len(shown) + 1)}
    for opening in re.finditer(r"[\[【［]", text):
        body = re.match(r"\d{1,6}[\]】］]", text[opening.end() :])
        if body:
            assert not cuts & set(range(opening.start() + 1, opening.end() + body.end()))


def test_the_stream_holds_back_only_what_may_be_a_marker() -> None:
    stream = MarkerStream()
    pieces = [stream.feed(chunk) for chunk in ("It rained. [", "1", "2", "] It [sn", "owed] [Sour", "ce 2] x", " [")]
    assert pieces == ["It rained. ", "", "", "[12] It [sn", "owed] ", "[Source 2] x", " "]
    assert stream.flush() == "["


@pytest.mark.parametrize(
    "piece",
    ["[", "[1", "[1,", "`", "[1]", "[1] ", "**", "(", "([1", "[1-", "\\[", " ", "\n", "- ", "[1]\n", "Sources:\n"],
)
def test_time_is_linear(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    start = time.process_time()
    parse_reply(text)
    stream = MarkerStream()
    for at in range(0, 3000, 3):
        stream.feed(text[at : at + 3])
    unfinished_marker(text)
    assert time.process_time() - start < 3
