"""Saved chats and exported answers from the command line: listed, removed, written, and told when they cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant import settings
from assistant.sessions.store import SessionStore
from assistant.wording import day
from tests.cli.conftest import RunCli
from tests.cli.test_process import FAKE, run
from tests.fakes.archive import CLOSES, ROWS, RecordingAssistant, RecordingOpener, write_rows

Keep = Callable[..., str]


pytestmark = pytest.mark.usefixtures("with_model")


@pytest.fixture
def keep(library: Path) -> Keep:
    """Saves a chat with these questions; returns its id."""

    def make(*questions: str, held_on: Path = library) -> str:
        used = settings.load().settings
        opened = RecordingOpener()(library, settings=used, create=False, on_notice=lambda _: None)
        created = SessionStore(used.sessions).create(library=str(held_on), embedder="bag", model="", program="0")
        with opened as assistant, created as session:
            conversation = assistant.conversation()
            for question in questions:
                session.append(conversation.ask(question))
        return session.id

    return make


def test_sessions_are_listed(cli: RunCli, keep: Keep) -> None:
    assert "No chat is saved in" in " ".join(cli("sessions").out.split())
    first, second = keep("the \x1b[31mharbour?", "and the ferry?"), keep("the ferry?")
    shown = cli("sessions").out
    assert shown.index(second) < shown.index(f"{first}  the �[31mharbour?")
    assert "2 questions; archive" in " ".join(shown.split())
    found = json.loads(cli("sessions", "--json").out)
    assert [(s["id"], s["turns"]) for s in found["sessions"]] == [(second, 1), (first, 2)]


def test_a_session_is_listed_by_the_name_that_it_was_given(cli: RunCli, keep: Keep) -> None:
    name = keep("the harbour?")
    assert cli("sessions", "--rename", name, "The \x1b[31mharbour").out == f"Renamed {name}\n"
    assert f"{name}  The �[31mharbour" in cli("sessions").out
    assert json.loads(cli("sessions", "--json").out)["sessions"][0]["question"] == "the harbour?"
    exported = cli("export", name, "-", "--format", "html").out
    assert '<h1 dir="auto">The �[31mharbour</h1>' in exported
    assert 'dir="auto">the harbour?</h2>' in exported  # no longer hidden: the name does not say it
    assert "There is no saved session" in cli("sessions", "--rename", "1999", "x").err


def test_a_session_is_removed_for_good(cli: RunCli, keep: Keep) -> None:
    name = keep("the harbour?")
    assert cli("sessions", "--delete", name).out == f"Removed {name}\n"
    done = cli("sessions", "--delete", name)
    assert done.code == 2
    assert "There is no saved session" in done.err


def test_a_chat_taken_up_says_what_was_changed_since(cli: RunCli, keep: Keep, tmp_path: Path) -> None:
    keep("the harbour?")
    assert "is not as it was" not in cli("chat", "--continue").out
    cited = ROWS[0]
    newer = cited | {"text": str(cited["text"]).replace("18 million", "21 million")}
    file = write_rows(tmp_path / "articles.jsonl", [newer])
    assert cli("ingest", str(file)).out.startswith("added 0, updated 1")
    shown = " ".join(cli("chat", "--continue").out.split())
    assert shown.count("The article was updated since") == 1  # the other sentence stayed
    assert "Alder Courier: The article was updated since; there it now says: “Mayor Ines Calder said" in shown


@pytest.mark.parametrize(
    ("days_ago", "said"),
    [
        ((), ""),
        ((-1, -1), "2 articles came in since."),
        ((1, 1, -1), "1 article came in since."),
        ((0, -1), "2 articles came in since {today}."),
        ((0,), "1 article came in since {today}."),
        ((0, 0, 0), ""),  # all that it holds: the archive was begun that day
        ((0, 0, -1), "1 article came in after {today}."),
    ],
)
def test_a_chat_taken_up_says_how_many_articles_came_in(
    cli: RunCli, keep: Keep, monkeypatch: pytest.MonkeyPatch, days_ago: Sequence[int], said: str
) -> None:
    keep("the harbour?")
    today = date.today()
    monkeypatch.setattr(RecordingAssistant, "arrivals", [today - timedelta(days=ago) for ago in days_ago])
    shown = " ".join(cli("chat", "--continue").out.split())
    assert said.format(today=day(today)) in shown
    assert ("came in" in shown) == bool(said)


def test_an_unreadable_session_is_told_beside_the_list(cli: RunCli, keep: Keep) -> None:
    keep("the harbour?")
    folder = settings.load().settings.sessions
    (folder / "2020-01-01-000000.jsonl").write_text("noise\n")
    done = cli("sessions")
    assert "1 session in" in done.out
    assert "is no saved session" in " ".join(done.err.split())


def test_a_session_is_exported(cli: RunCli, keep: Keep, tmp_path: Path) -> None:
    name = keep("the harbour?", "and the ferry?")
    file = tmp_path / "chat.html"
    done = cli("export", "latest", str(file))
    assert (done.code, done.out) == (0, "")
    assert "Written:" in done.err
    page = file.read_text(encoding="utf-8")
    assert f"Session {name}" in page
    assert page.count("<mark>") == 4
    assert "said the work costs 18 million crowns" in page
    keep("the harbour?")
    cli("export", "latest", str(tmp_path / "short.html"))
    assert "Fishing boats move" not in (tmp_path / "short.html").read_text(encoding="utf-8")  # the next paragraph
    refused = cli("export", name, str(file))
    assert refused.code == 2
    assert "--force" in refused.err
    found = json.loads(cli("export", name, str(file), "--force", "--json").out)
    assert found == {"file": str(file), "format": "html"}


def test_an_export_may_go_to_standard_output(cli: RunCli, keep: Keep) -> None:
    keep("the harbour?")
    assert cli("export", "latest", "-").out.startswith("# the harbour?\n")
    assert json.loads(cli("export", "latest", "-", "--format", "csl").out)[0]["container-title"] == "Alder Courier"


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_an_export_into_a_pipe_loses_no_letter_to_a_code_page(keep: Keep, form: str) -> None:
    keep("إغلاق الميناء القديم")
    command = (*FAKE, "export", "latest", "-", "--format", form)
    assert "الميناء" in run(*command, PYTHONIOENCODING="cp1252").stdout


def test_the_session_s_own_archive_is_used_and_its_loss_told(cli: RunCli, keep: Keep, tmp_path: Path) -> None:
    keep("the harbour?", held_on=tmp_path / "gone")
    done = cli("export", "latest", "-")
    assert "**The council of Port Alder voted on Tuesday to close the old harbour.**\n" in done.out
    assert "without the text around them: There is no library in" in " ".join(done.err.split())
    assert "\n> **The council" in done.out
    library = tmp_path / "library"
    assert "Mayor" in cli("export", "latest", "-", "--library", str(library)).out.partition("> **The council")[2]


def test_an_answer_is_exported_as_it_is_given(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    done = cli("ask", "harbour", "--export", str(file), "--since", "2025-01-01")
    assert CLOSES in " ".join(done.out.split())
    assert "Written:" in done.err
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# harbour\n")
    assert "Limited to: since 1 Jan 2025." in text
    found = cli("ask", "harbour", "--export", str(file), "--force", "--json")
    assert json.loads(found.out)["question"] == "harbour"
    assert found.err == ""


@pytest.mark.parametrize("file", ["answer.pdf", "no-such-folder/answer.md", "."])
def test_where_nothing_can_be_written_nothing_is_asked(cli: RunCli, tmp_path: Path, file: str) -> None:
    done = cli("ask", "harbour", "--export", str(tmp_path / file), *(["--format", "md"] if file == "." else []))
    assert done.code == 2
    assert done.opener.calls == []


def test_what_the_archive_lost_is_shown_from_a_saved_chat(cli: RunCli, keep: Keep) -> None:
    keep("the harbour?")
    ref = "cdbed8b181-151f87-1"
    assert cli("remove", "cdbed8b181", "--forget", "--yes").code == 0
    done = cli("show", ref)
    assert done.code == 0
    text = " ".join(done.out.split())
    assert "“The council of Port Alder voted on Tuesday to close the old harbour.”" in text
    assert "The archive no longer holds this text." in text
    found = json.loads(cli("show", ref, "--json").out)
    assert (found["state"], found["sentence"], found["ref"]) == ("removed", None, ref)


def test_nothing_is_saved_of_a_single_question(cli: RunCli) -> None:
    cli("ask", "harbour")
    assert json.loads(cli("sessions", "--json").out)["sessions"] == []
