from __future__ import annotations

import re
import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from assistant.cli.chat.commands import command_names
from assistant.cli.chat.line import open_history
from assistant.records import Filters
from tests.cli.conftest import RunCli
from tests.fakes.archive import CLOSES, write_rows
from tests.fakes.server import model_server

pytestmark = pytest.mark.usefixtures("with_model")


def test_each_piped_line_is_a_question(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EVIDENCE", "4")
    done = cli("chat", "--usage", stdin="the harbour?\n\nwhat of the ferry?\n")
    assert done.code == 0
    asked = [call["question"] for name, call in done.opener.calls if name == "turn"]
    assert asked == ["the harbour?", "what of the ferry?"]
    assert f"> the harbour? {CLOSES}" in " ".join(done.out.split())
    first, second = (re.findall(r"^\[(\d+)\] .*  (\S+)$", part, re.MULTILINE) for part in done.out.split("> what of"))
    assert max(int(number) for number, _ in second) > 4  # numbers go on over the conversation
    assert len({ref for _, ref in first + second}) == len(dict(first + second))
    assert done.err.count("Note: ") == 1


def test_a_failed_turn_is_told_and_the_chat_goes_on(cli: RunCli) -> None:
    done = cli("chat", stdin="is the harbour down\nthe harbour?\n")
    assert done.code == 5
    assert "Error: No answer from" in done.err
    assert CLOSES in " ".join(done.out.split())


def test_sources_and_open_lead_back_to_the_article(cli: RunCli) -> None:
    done = cli("chat", "-q", stdin="harbour\n/sources\n/context 1\n/open 3\n")
    shown = " ".join(done.out.split())
    assert shown.count("“The council of Port Alder voted") == 2
    near, whole = shown.split(">>The council of Port Alder")[1].split(">>Mayor Ines Calder")
    assert "The last ferry leaves in March. …" in near
    assert whole.endswith("Work begins in spring.")  # /open shows the article to its end


def test_an_article_is_opened_by_its_title_or_a_reference(cli: RunCli) -> None:
    ref = "cdbed8b181-151f87e2d1-2"
    shown = " ".join(cli("chat", "-q", stdin=f"/open old HARBOUR\n/context {ref}\n").out.split())
    assert "Alder Courier · 27 Nov 2025 · Old harbour to close urn:alder:news:harbour The council" in shown
    assert ">>Mayor Ines Calder" in shown


def test_find_lists_sentences_that_can_be_opened_by_letter(cli: RunCli) -> None:
    done = cli("chat", "-q", stdin="/find carried people\n/context a\n/context z\n")
    assert "a. Isle News" in done.out
    assert ">>The ferry to Sand Isle" in done.out
    assert "Write /context N" in done.err
    assert [name for name, _ in done.opener.calls] == ["conversation", "search"]  # no question was asked
    assert "No sentence found." in cli("chat", "--until", "2000-01-01", stdin="/find harbour\n").out


def test_why_shows_the_query_the_evidence_and_the_checks(cli: RunCli) -> None:
    shown = " ".join(cli("chat", "-q", stdin="ferry\n/why\n").out.split())
    assert re.search(r"Terms ferri? \d\.\d", shown) or re.search(r"Terms ferry \d\.\d", shown)
    assert "* [1] Isle News · 25 Nov 2025 · The ferry to Sand Isle" in shown
    assert "(score 0.48; words 1.00, meaning 0.38)" in shown
    assert "- The ferry to Sand Isle carried 23 million people last year. [1]" in shown
    assert "unsupported; support by the cited sentences 0." in shown
    assert "failed: numbers: not in the cited sentence: “23 million”" in shown
    assert "passed: quotations, " in shown
    one = " ".join(cli("chat", "-q", stdin="ferry\n/why 2\n").out.partition("Evidence from")[2].split())
    assert "2 of 12 offered" in one
    assert "The last ferry leaves in March. [2]" in one
    assert "23 million" not in one


def test_undo_and_clear_forget_and_retry_asks_again(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EVIDENCE", "4")
    done = cli("chat", "-q", stdin="harbour\nferry\n/undo\n/open 5\n/retry\n/clear\n/undo\n")
    asked = [call["question"] for name, call in done.opener.calls if name == "turn"]
    assert asked == ["harbour", "ferry", "harbour"]
    assert "Taken back: ferry" in done.out
    assert "Write /open N" in done.err  # the number went with the turn
    assert done.err.endswith("Error: Nothing was asked in this conversation yet.\n")


def test_a_model_is_named_changed_and_left(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server() as server:
        server.models = ["small", "lar\x1b[31mge"]
        at = ("--base-url", server.base_url, "-m", "small")
        done = cli("chat", *at, stdin="/model\n/model large\n/model off\n")
    assert "> /model\nModel: small\nThe server offers small, lar�[31mge.\n" in done.out
    assert "Model: large" in done.out
    assert "OPENAI_BASE_URL=http://localhost:11434/v1" in done.out
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert "No server is set up" in cli("chat", stdin="/model large\n").err
    gone = cli("chat", *at, stdin="/model\n")  # a server that does not answer
    assert "Model: small" in gone.out
    assert gone.code == 5


def test_strictness_is_said_and_changed(cli: RunCli) -> None:
    done = cli("chat", "-q", stdin="/strict\nferry\n/strict on\nferry\n/strict perhaps\n")
    assert [call["strict"] for name, call in done.opener.calls if name == "turn"] == [None, True]
    assert done.out.startswith("Not strict: ")
    assert "\nStrict: only" in done.out
    assert "Write /strict on or /strict off." in done.err


def test_articles_are_taken_in_from_the_chat(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my clippings").mkdir()
    write_rows(tmp_path / "my clippings" / "rows.jsonl", [{"text": "Rain fell on Orrin."}])
    done = cli("chat", "-q", stdin="/ingest 'my clippings' https://no-such-host.invalid/a\n/ingest\n/ingest 'open\n")
    ((folder, page),) = [call["sources"] for name, call in done.opener.calls if name == "ingest"]
    assert (folder, page.name) == (Path("my clippings"), "https://no-such-host.invalid/a")
    assert "added 1, updated 0, unchanged 0, skipped 1" in done.out
    assert "Write /ingest PATH" in done.err
    assert "A quotation mark is open" in done.err


def test_tokens_are_counted_and_priced(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prices = tmp_path / "prices.yaml"
    monkeypatch.setenv("ASSISTANT_PRICES", str(prices))
    server = ("--base-url", "http://localhost:1/v1", "-m", "small")
    assert "no model was asked" in cli("chat", stdin="weather\n/cost\n").out
    told = " ".join(cli("chat", *server, stdin="harbour\n/cost\n").out.split())
    assert "1 call of the model: 1,200 tokens in, 34 out. No price is known for small." in told
    prices.write_text("currency: EUR\nmodels: {small: {input: 1.0, output: 10.0}}")
    told = " ".join(cli("chat", *server, stdin="Who closes the harbour?\nWho closed the harbour?\n/cost\n").out.split())
    assert "2 calls of the model: 2,400 tokens in, 68 out. Cost: 0.0031 EUR." in told


def test_nothing_can_be_copied_where_there_is_no_clipboard(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    done = cli("chat", stdin="harbour\n/copy\n")
    if sys.platform.startswith("linux"):
        assert "there is no clipboard and no terminal" in done.err
    assert "\x1b" not in done.out


@pytest.mark.parametrize("line", ["/open", "/open 77", "/open x", "/open ²", "/open no such title"])
def test_open_explains_what_it_wants(cli: RunCli, line: str) -> None:
    done = cli("chat", stdin=f"harbour\n{line}\n")
    assert done.code == 2
    assert "Write /open N" in done.err


def test_sources_before_any_answer(cli: RunCli) -> None:
    assert "no answer with sources yet" in cli("chat", stdin="/sources\n").err


def test_filters_are_set_shown_and_lifted(cli: RunCli) -> None:
    typed = (
        "/since 2025-11-01\n/until 2025-11-30\n/outlet isle news\n/outlet Alder Courier\n/author ines olm\nharbour\n"
        "/since\n/outlet\nharbour\n/clear-filters\nharbour\n/filters\n"
    )
    done = cli("chat", stdin=typed)
    used = [call["filters"] for name, call in done.opener.calls if name == "turn"]
    assert used == [
        Filters(
            since=date(2025, 11, 1),
            until=date(2025, 11, 30),
            outlets=("Isle News", "Alder Courier"),
            authors=("Ines Olm",),
        ),
        Filters(until=date(2025, 11, 30), authors=("Ines Olm",)),
        Filters(),
    ]
    assert "since 1 Nov 2025; until 30 Nov 2025; outlet Isle News or Alder Courier; author Ines Olm" in " ".join(
        done.out.split()
    )
    assert done.out.endswith("> /filters\nall articles\n")


def test_an_outlet_that_the_archive_lacks_is_no_limit(cli: RunCli, tmp_path: Path) -> None:
    rows = [{"text": f"It rained for {n} days.", "outlet": f"Outlet {n}"} for n in range(3)]
    assert cli("ingest", str(write_rows(tmp_path / "more.jsonl", rows))).code == 0
    done = cli("chat", stdin="/outlet Alder Curier\n/outlet outlet 1\n/outlet out\n/author Nobody\n/filters\n")
    assert "Did you mean Alder Courier?" in done.err
    assert "Did you mean Outlet 0 or Outlet 1 or Outlet 2?" in done.err
    assert "No article has the author 'Nobody'." in done.err
    assert done.out.endswith("outlet Outlet 1\n")
    assert cli("chat", stdin="/outlet alder\n").out.endswith("outlet Alder Courier\n")  # the only one that begins so


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/since soon", "/since: 'soon' is not a day"),
        ("/until 2025-01-01", "No day lies between"),
        ("/sorces", "did you mean /sources?"),
        ("/xyzzy", "see /help"),
        ("/", "see /help"),
        ("/Quit", "did you mean /quit?"),
        ("/run__", "There is no /run__"),
    ],
)
def test_a_mistyped_command_changes_nothing(cli: RunCli, line: str, told: str) -> None:
    done = cli("chat", "--since", "2025-06-01", stdin=f"{line}\n/filters\n")
    assert done.code == 2
    assert told in done.err
    assert done.out.endswith("since 1 Jun 2025\n")


def test_quit_leaves_the_rest_unread(cli: RunCli) -> None:
    done = cli("chat", stdin="/quit\nharbour\n")
    assert done.code == 0
    assert "Port Alder" not in done.out


def test_help_lists_every_command(cli: RunCli) -> None:
    shown = cli("chat", stdin="/help\n").out
    assert all(f"\n  {name} " in shown for name in command_names())
    assert "with the limits and the model now in force" in " ".join(cli("chat", stdin="/help retry\n").out.split())


def test_only_the_owner_reads_the_history(tmp_path: Path) -> None:
    file = tmp_path / "data" / "chat-history"
    _, note = open_history(file)
    assert note == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    open_history(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_history_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    _, note = open_history(tmp_path / "data" / "chat-history")
    assert note.startswith("Questions are not remembered")


def test_a_conversation_is_written_into_files(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.md").write_text("precious")
    lines = [
        "/save a.md",
        "harbour",
        "/save a.md",
        "ferry",
        "/save a.md",
        "/save mine.md",
        "/export bib",
        "/export",
        "/save",
    ]
    done = cli("chat", "-q", stdin="\n".join(lines))
    assert "There is nothing to save yet" in done.err
    written = (tmp_path / "a.md").read_text()
    assert "The ferry to Sand Isle carried 23 million people" in written  # written again as it grows
    assert (tmp_path / "mine.md").read_text() == "precious"
    assert "mine.md is there already" in done.err
    assert (tmp_path / "harbour.bib").read_text().count("@") == 2
    assert "Write /export FORMAT or /export FORMAT FILE; formats: html" in done.err
    assert "Write /save FILE" in done.err


def test_what_is_understood_of_a_question_is_told(cli: RunCli) -> None:
    done = cli("chat", "-q", "--explain", stdin="the harbour?\n/explain Timeline of the ferry\n/explain\n")
    told = re.findall(r"^Asks for  (.*)\nSubject   (.*)$", done.out, re.MULTILINE)
    assert told == [("one fact", "“harbour”"), ("timeline", "“the ferry”"), ("one fact", "“harbour”")]
    assert "There is no answer with sources yet" in cli("chat", "-q", stdin="/explain\n").err
