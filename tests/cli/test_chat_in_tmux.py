"""Chats in a real terminal: what is typed, pasted, completed, stopped, resized, and taken up again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Windows

SERVER = {"OPENAI_BASE_URL": "http://localhost:1/v1", "ASSISTANT_MODEL": "small"}
DRAFT = "Being written, not yet checked:"


def test_a_chat_from_the_first_question_to_ctrl_d(window: Windows) -> None:
    chat = window()
    chat.wait_for("3 articles | no model | /help")
    assert "OPENAI_BASE_URL=http://localhost:11434/v1" in chat.text  # the first chat of all says how to add a model
    chat.send("the harbour?")
    chat.wait_for("Evidence from 25 Nov 2025 to 27 Nov 2025.")
    chat.send("/hlp")
    chat.wait_for("did you mean /help?")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.keys("C-c")
    chat.wait_for("Ctrl-D or /quit leaves.")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.keys("C-d")
    chat.wait_for("left with 0")
    again = window()
    again.wait_for("/help lists commands")
    assert "localhost:11434" not in again.text


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_everything_fits_the_window(window: Windows, columns: int) -> None:
    chat = window(columns=columns, rows=50, **SERVER)
    chat.send("harbour ferry")
    chat.wait_for("23 million people. [3] (! not in the cited sentence: “23 million”)")
    commands = {"/since 2025-11-01": "since 1 Nov 2025", "/why": "failed: numbers", "/help": "Alt-Enter begins"}
    for line, told in commands.items():
        chat.send(line)
        chat.wait_for(told)
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    shown = [line.rstrip() for line in chat.text.split("\n")]
    assert all(len(line) <= columns for line in shown)
    assert "only since 1 Nov 2025" in shown[-2]  # below the prompt, at every width
    assert "/open Read the whole article, opened at the sentence with number N: /open 2;" in " ".join(chat.text.split())


def test_a_paste_of_several_lines_is_one_question(window: Windows) -> None:
    chat = window()
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.paste("the\nold\x1b]0;title\x07\nharbour\u202e?\n")
    chat.wait_for("> the old�]0;title� harbour?")
    assert "Port Alder closes" not in chat.screen
    chat.keys("Enter")
    chat.wait_for("Evidence from")
    chat.send("/retry")
    chat.wait_until(lambda: chat.text.count("Evidence from") == 2, "the answer again")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.keys("Up", "Up")
    chat.wait_for("the old�]0;title� harbour?")  # all of it comes back


def test_a_question_may_be_typed_on_several_lines(window: Windows) -> None:
    chat = window()
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.type("the old")
    chat.keys("M-Enter")
    chat.type("harbour?")
    chat.wait_for("> the old harbour?")
    chat.keys("Enter")
    chat.wait_for("Port Alder closes")


def test_tab_completes_commands_outlets_titles_and_sources(window: Windows) -> None:
    chat = window()
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.type("/so")
    chat.wait_for("Show the sources of the last answer")
    chat.keys("Tab", "C-u")
    for typed, offered in (
        ("/outlet al", "Alder Courier"),
        ("/open harb", "Old harbour to close"),
        ("/author b", "Bo Marr"),
    ):
        chat.complete(typed, f"> {typed.split()[0]} {offered}")
        chat.keys("C-u")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    chat.type("plain words")
    chat.keys("Tab")  # offers nothing
    chat.keys("C-c")
    chat.send("harbour")
    chat.wait_for("Evidence from")
    chat.complete("/context ", "  The council of Port Alder voted")


def test_earlier_questions_are_searched_backwards(window: Windows) -> None:
    chat = window()
    for question in ("the harbour?", "weather?"):
        chat.send(question)
        chat.wait_for("[1]")
    chat.send("exit")
    chat.wait_for("left with 0")
    again = window()
    again.wait_until(lambda: again.at_prompt, "a prompt")
    again.keys("C-r")
    again.type("HARB")
    again.wait_for("the harbour?")
    again.keys("Enter", "Enter")
    again.wait_for("Port Alder closes")


def test_ctrl_c_stops_an_answer_and_leaves_no_trace_of_it(window: Windows) -> None:
    chat = window(**SERVER)
    chat.send("slow please")
    chat.wait_for(DRAFT)
    chat.type("typed meanwhile")  # is not shown within the draft
    assert "typed" not in chat.screen
    chat.keys("C-c")
    chat.wait_for("Stopped; this question is forgotten.")
    assert DRAFT not in chat.text
    assert "The council of" not in chat.text
    chat.wait_until(lambda: ">" in chat.screen, "a prompt")
    chat.keys("C-u")
    chat.send("the harbour?")
    chat.wait_for("18 million crowns. [1][2]")  # numbered as if nothing had been asked
    chat.wait_for("1.2k tokens")
    chat.send("/undo")
    chat.wait_for("Taken back: the harbour?")
    chat.send("/undo")
    chat.wait_for("Nothing was asked")


def test_ctrl_c_stops_a_search_that_takes_long(window: Windows) -> None:
    chat = window()
    chat.send("a long search")
    chat.wait_for("Searching the archive … 4 s, Ctrl-C stops")
    chat.keys("C-c", "C-c", "C-c")  # impatience neither ends the program nor leaves anything half done
    chat.wait_for("Stopped; this question is forgotten.")
    chat.send("/undo")
    chat.wait_for("Nothing was asked")
    assert "Searching" not in chat.text


@pytest.mark.parametrize(("columns", "narrower"), [(80, 40), (200, 80), (80, 200)])
def test_no_unchecked_draft_stays_when_the_window_changes(window: Windows, columns: int, narrower: int) -> None:
    chat = window(columns=columns, **SERVER)
    chat.send("slow please")
    chat.wait_for("[1] The council of �[31mPort Alder [1] The council")
    chat.resize(narrower)
    chat.wait_for(DRAFT)
    chat.keys("C-c")
    chat.wait_for("Stopped; this question is forgotten.")
    assert "council" not in chat.text
    chat.send("harbour")
    chat.wait_for("Evidence from")
    assert all(len(line) <= narrower for line in chat.screen.split("\n"))


def test_an_article_is_read_on_the_whole_screen(window: Windows) -> None:
    chat = window(rows=8)
    chat.send("harbour")
    chat.wait_for("Evidence from")
    chat.send("/open 2")
    chat.wait_for("q leaves")
    assert "Evidence from" not in chat.screen
    chat.wait_for(">>Mayor Ines Calder said the work costs 18 million crowns.<<")
    assert "\x1b[1m\x1b[7m>>Mayor" in chat.printed or "\x1b[0;1;7m>>Mayor" in chat.printed  # bold, reversed: no colour
    chat.resize(40, 8)
    chat.wait_for(">>Mayor Ines Calder")
    chat.keys("End")
    chat.wait_for("Work begins in spring.")
    chat.keys("Home")
    chat.wait_for("Old harbour to close")
    chat.type("/NORTH")
    chat.wait_for("find: NORTH")
    chat.keys("Enter")
    chat.wait_for("north quay")
    chat.type("/nowhere")
    chat.keys("Enter")
    chat.wait_for("not found: nowhere")
    chat.type("!v|:ls")  # keys by which other pagers run programs
    chat.keys("Enter")
    chat.wait_for("> /open 2")
    chat.wait_until(lambda: chat.at_prompt, "a prompt")
    assert chat.printed.count("\x1b[?1049h") == chat.printed.count("\x1b[?1049l") == 1


def test_what_is_copied_is_in_the_buffer_of_tmux(window: Windows) -> None:
    chat = window()
    chat.send("trap")
    chat.wait_for("Evidence from")
    chat.send("/copy 1")
    chat.wait_for("Copied into tmux")
    assert chat.buffer.startswith("“�[31mred�]52;c;aGVsbG8=� [bold]not bold[/bold]")


def test_no_colour_where_none_is_wanted(window: Windows) -> None:
    chat = window(NO_COLOR="1", **SERVER)
    chat.type("/so")
    chat.wait_for("/sources")
    chat.keys("C-c")
    chat.send("harbour ferry")
    chat.wait_for("(! not in the cited sentence: “23 million”)")
    chat.send("/nonsense")
    chat.wait_for("There is no /nonsense")
    styles = re.findall(r"\x1b\[([0-9;]*)m", chat.printed)
    assert not [style for style in styles if re.search(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)", style)]


def test_a_conversation_goes_on_where_it_was_left(window: Windows, tmp_path: Path) -> None:
    saved = {"ASSISTANT_SESSIONS": str(tmp_path / "sessions")}
    chat = window(**saved)
    chat.send("harbour")
    chat.wait_for("Evidence from")
    chat.send("/outlet Alder Courier")
    chat.send("ferry")
    chat.wait_for("23 million people. [5]")
    chat.send("/undo")
    chat.send("weather")
    chat.wait_for("does not say")
    chat.kill()  # nothing that was answered is lost
    again = window("chat", "--continue", **saved)
    again.wait_for("2 questions. The last one:")
    again.wait_for("> weather The archive does not say.")
    again.wait_for("only outlet Alder Courier")
    again.send("/open 1")
    again.wait_for(">>The council of Port Alder")
    again.keys("q")
    again.send("/clear")
    again.wait_for("A new conversation.")
    again.send("/open 1")
    again.wait_for("Write /open N")
    again.send("/sessions")
    again.wait_for("2 questions: harbour")
    again.send("/resume")
    again.wait_for("Going on with")
    again.send("help")  # by habit; it is asked of the program, not of the archive
    again.wait_for("Ctrl-C stops an answer")
    again.send("quit")
    again.wait_for("left with 0")


@pytest.mark.parametrize("columns", [40, 80])
def test_a_right_to_left_article_with_emoji(window: Windows, columns: int) -> None:
    chat = window(columns=columns, rows=40)
    chat.send("mina 🎉")
    chat.wait_for("Evidence from")
    assert "الميناء" in chat.text
    chat.send("/open 1")
    chat.wait_for("q leaves")
    shown = chat.wait_for(">>أعلن")
    assert "👩" in shown
    assert "🎉" in shown
    chat.keys("q")
    chat.complete("/outlet ص", "/outlet صحيفة الميناء")
    chat.keys("Enter")
    chat.wait_for("only outlet صحيفة الميناء")
