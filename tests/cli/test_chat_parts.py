"""The parts of the chat by themselves: completion, the bar, the pager, painting, copying, stopping."""

from __future__ import annotations

import base64
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from assistant.cli.article_view import context_parts
from assistant.cli.chat import clipboard
from assistant.cli.chat.line import ChatCompleter, chat_completer, toolbar
from assistant.cli.chat.pager import _View, open_pager
from assistant.cli.chat.state import ChatState
from assistant.cli.edge import stoppable, unstoppable
from assistant.cli.invocation import Notices
from assistant.cli.progress import LiveDraft, LiveRegion, draft_view
from assistant.errors import UsageError
from assistant.records import Filters
from assistant.settings import Settings
from tests.fakes.archive import RecordingOpener
from tests.fakes.invented import articles


@pytest.fixture
def talk(tmp_path: Path, library: Path) -> Iterator[ChatState]:
    settings = Settings(
        base_url="http://localhost:1/v1", model="small", save_sessions=False, prices=tmp_path / "none", reader="off"
    )
    with RecordingOpener()(library, settings=settings, create=False, on_notice=lambda _: None) as assistant:
        conversation = assistant.conversation(filters=Filters())
        yield ChatState(assistant, conversation, settings, Notices(silent=True), at_terminal=False)


def completions(completer: ChatCompleter, typed: str) -> list[str]:
    return [c.text for c in completer.get_completions(Document(typed), CompleteEvent())]


def test_commands_outlets_authors_titles_and_numbers_are_completed(talk: ChatState) -> None:
    completer = chat_completer(talk)
    assert completions(completer, "/s") == ["/sources", "/since", "/save", "/sessions", "/strict"]
    assert completions(completer, "/outlet ald") == ["Alder Courier"]
    assert completions(completer, "/author ines") == ["Ines Olm"]
    assert completions(completer, "/open close harb") == ["Old harbour to close"]
    assert completions(completer, "/export b") == ["bib"]
    assert completions(completer, "/help ret") == ["retry"]
    assert completions(completer, "/context ") == []
    talk.ask("harbour")
    assert completions(completer, "/context ") == ["1", "3"]
    for typed in ("when did", "", "/filters x", "/nonsense x"):
        assert completions(completer, typed) == []


def test_files_are_completed_with_their_blanks_escaped(
    talk: ChatState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my clippings").mkdir()
    (tmp_path / "my \x1b[31mtrap").mkdir()
    completer = chat_completer(talk)
    assert completions(completer, "/ingest my") == ["\\ clippings"]
    assert completions(completer, "/ingest other my\\ cl") == ["ippings"]


def test_the_bar_says_what_limits_the_answers_as_long_as_there_is_room(talk: ChatState) -> None:
    assert toolbar(talk, 80) == " 3 articles | model small | /help"
    talk.ask("harbour")
    talk.conversation.filters = replace(Filters(), outlets=("Alder Courier",))
    talk.conversation.strict = True
    full = " 3 articles | model small | only outlet Alder Courier | strict | 1.2k tokens"
    assert toolbar(talk, 80) == full
    assert toolbar(talk, 70) == " 3 articles | model small | only outlet Alder Courier | strict"
    assert toolbar(talk, 40) == " only outlet Alder Courier | strict"
    assert toolbar(talk, 20) == " only outlet Alder …"


def test_the_bar_fits_every_window(talk: ChatState) -> None:
    talk.conversation.filters = Filters(outlets=("新聞" * 20, "B"))
    for columns in range(1, 251):
        assert cell_len(toolbar(talk, columns)) <= columns


class Screen(DummyOutput):
    """Of 40 columns and 8 rows."""

    def get_size(self) -> Size:
        return Size(rows=8, columns=40)


@pytest.mark.parametrize("key", ["q", "\x1b", "\r", "\x03", "\x04"])
def test_the_pager_is_left_by_every_usual_key(key: str) -> None:
    console = Console(file=io.StringIO(), width=40)
    with create_pipe_input() as keys:
        keys.send_text(key)
        open_pager(console, [Text("text")], input=keys, output=Screen())


def test_the_pager_opens_at_the_cited_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class App:
        output = Screen()

    monkeypatch.setattr("assistant.cli.chat.pager.get_app", App)
    view = _View(Console(file=io.StringIO(), width=40), list(context_parts(articles()[0], 4, whole=True)))

    def shown() -> str:
        return "".join(fragment[1] for fragment in view.lines_shown())

    assert ">>Residents had asked for a delay.<<" in " ".join(shown().split())
    assert "Alder Courier" not in shown()
    view.to_start()
    assert shown().startswith("Alder Courier · 27 Nov 2025")
    view.move(10_000)
    assert shown().rstrip().endswith("Work begins in spring.")
    view.to_cited()
    assert ("bold reverse", ">>Residents had asked for a delay.<<") in view.lines_shown()
    assert max(cell_len(line) for line in shown().split("\n")) <= 40


def test_painting_over_a_narrower_window_leaves_nothing() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, height=24, force_terminal=True, _environ={})
    region = LiveRegion(console)
    region.draw([Text("x" * 80), Text("y" * 10)])
    console.size = (40, 24)  # the first line now takes two rows
    out.truncate(0)
    region.wipe()
    assert out.getvalue().count("\x1b[1A") == 2
    out.truncate(0)
    region.wipe()
    assert out.getvalue() == ""


def test_a_draft_never_fills_more_than_the_window() -> None:
    console = Console(file=io.StringIO(), width=40, height=10)
    draft = LiveDraft(console, "Searching the archive")
    assert len(draft.lines()) == 1
    assert draft.lines()[0].plain.endswith("Searching the archive …")
    draft.add("word " * 500)
    assert len(draft.lines()) <= 9
    assert all(line.cell_len <= 40 for line in draft.lines())
    assert draft.lines()[0].plain == "Being written, not yet checked:"


def test_a_terminal_that_can_wipe_nothing_is_shown_no_draft() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, _environ={"TERM": "dumb"})
    with draft_view(console, watched=True) as on_text:
        assert on_text is None
    assert out.getvalue() == ""


def test_over_ssh_the_terminal_is_asked_to_copy(capsys: pytest.CaptureFixture[str]) -> None:
    told = clipboard.copy("“é” \n", at_terminal=True, environment={"SSH_TTY": "x", "DISPLAY": ":0"})
    assert told.startswith("Handed to your terminal")
    sent = capsys.readouterr().out
    assert sent.startswith("\x1b]52;c;")
    assert sent.endswith("\x07")
    assert base64.b64decode(sent[7:-1]).decode() == "“é” \n"


def test_what_cannot_be_copied_is_said() -> None:
    with pytest.raises(UsageError, match="/save FILE"):
        clipboard.copy("x" * 60_000, at_terminal=True, environment={"SSH_TTY": "x"})
    with pytest.raises(UsageError, match="no clipboard and no terminal"):
        clipboard.copy("x", at_terminal=False, environment={"SSH_TTY": "x"})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stands in for a Linux program")
def test_a_program_of_the_system_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "wl-copy"
    program.write_text(f"#!/bin/sh\ncat > '{tmp_path / 'copied'}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert clipboard.copy("“é”", at_terminal=False, environment={"WAYLAND_DISPLAY": "w"}) == "Copied."
    assert (tmp_path / "copied").read_text() == "“é”"
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(UsageError):
        clipboard.copy("x", at_terminal=False, environment={"WAYLAND_DISPLAY": "w"})


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_a_second_ctrl_c_does_not_break_into_the_cleaning_up() -> None:
    cleaned = False
    with pytest.raises(KeyboardInterrupt), stoppable():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            cleaned = True
    assert cleaned
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
def test_ctrl_c_waits_while_a_turn_is_written() -> None:
    with unstoppable():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)


def test_other_threads_are_left_alone() -> None:
    def run() -> None:
        with stoppable(), unstoppable():
            done.append(1)

    done: list[int] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [1]
