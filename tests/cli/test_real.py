"""From files to a cited answer with the real `Assistant` behind the command line; no model, no network."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.records import Answer
from tests.cli.conftest import Outcome
from tests.fakes.archive import RecordingOpener

HARBOUR = """---
title: Old harbour to close
date: 2025-11-27
outlet: Alder Courier
---

The council of Port Alder voted on Tuesday to close the old harbour. \x1b]52;c;aGVsbG8=\x07
Mayor Ines Calder said the work costs 18 million crowns. Fishing boats move to the north quay.
"""
ORCHARD = """---
title: Orchards near Sand Isle lose their blossom
date: 2025-04-03
outlet: Isle News
---

A late frost destroyed most of the cherry blossom around Sand Isle. Growers expect a third of the usual harvest.
"""
Run = Callable[..., Outcome]


@pytest.fixture
def real(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err, RecordingOpener())

    return run


@pytest.fixture
def filled(real: Run, tmp_path: Path) -> Run:
    folder = tmp_path / "clippings"
    folder.mkdir()
    (folder / "harbour.md").write_text(HARBOUR)
    (folder / "orchard.md").write_text(ORCHARD)
    done = real("ingest", str(folder))
    assert done.code == 0, done.err
    assert done.out.startswith("added 2, updated 0, unchanged 0, skipped 0\n")
    return real


def test_an_answer_leads_back_to_its_sentence(filled: Run) -> None:
    asked = filled("ask", "How many crowns does closing the old harbour cost?")
    assert asked.code == 0
    assert "18 million crowns" in " ".join(asked.out.split())
    assert "Alder Courier · 27 Nov 2025 · Old harbour to close" in asked.out
    record = json.loads(filled("ask", "How many crowns does closing the old harbour cost?", "--json").out)
    assert set(record) == {f.name for f in dataclasses.fields(Answer)}
    cited = record["statements"][0]["citations"][0]
    assert cited["ref"] in asked.out
    shown = filled("show", cited["ref"], "--json")
    assert json.loads(shown.out)["text"].split() == cited["text"].split()
    assert filled("show", cited["ref"]).out.count(">>") == 1


def test_days_are_told_and_filters_hold(filled: Run) -> None:
    found = filled("search", "Who voted to close the harbour?", "-n", "1").out
    assert "Tuesday = 25 Nov 2025" in found
    early = filled("search", "Who voted to close the harbour?", "--until", "2025-05-01").out
    assert "harbour" not in early.lower()
    assert "Isle News" in early
    assert "no article matches" in filled("ask", "harbour?", "--since", "2026-01-01").out.lower()


def test_a_conversation_over_a_pipe(filled: Run) -> None:
    done = filled("chat", stdin="Who voted to close the old harbour?\n/open 1\n/outlet Isle News\n/filters\n")
    assert done.code == 0, done.err
    assert re.search(r">>[^<]*<<", done.out)
    assert done.out.rstrip().endswith("outlet Isle News")


def test_nothing_of_an_article_steers_the_terminal(filled: Run) -> None:
    printed = filled("search", "Fishing boats and crowns").out + filled("chat", stdin="crowns?\n/open 1 all\n").out
    assert "\x1b" not in printed
    assert "\x07" not in printed


def test_status_counts_what_was_taken(filled: Run) -> None:
    held = json.loads(filled("status", "--json").out)
    assert (held["articles"], held["first"], held["last"]) == (2, "2025-04-03", "2025-11-27")
    assert all(isinstance(held[name], int) for name in ("articles", "versions", "sentences", "passages", "pending"))
    assert "2 articles" in filled("status").out


def test_what_cannot_be_taken_is_told(real: Run, tmp_path: Path) -> None:
    missing = real("ingest", str(tmp_path / "nowhere"))
    assert missing.code == 2
    assert missing.err.startswith("Error: ")
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "empty.txt").write_text("")
    done = real("ingest", str(folder))
    assert done.code == 2
    assert "skipped 1" in done.out
    assert "empty.txt: " in " ".join(done.out.split())


@pytest.mark.parametrize(
    "command", [("ask", "x"), ("search", "x"), ("chat",), ("status",), ("show", "a" * 10 + "-abcdef-1")]
)
def test_without_a_library_the_remedy_is_told(real: Run, command: tuple[str, ...]) -> None:
    done = real(*command)
    assert done.code == 3
    assert "assistant ingest" in done.err
    assert json.loads(real("ask", "x", "--json").err)["kind"] == "LibraryMissing"


def updated(real: Run, folder: Path) -> str:
    """Takes in an article, changes it, and returns the reference of its first version's second sentence."""
    file = folder / "harbour.md"
    text = (
        "---\ntitle: Harbour\ndate: 2025-11-27\n---\n\nThe council voted. The work costs 18 million crowns. It is so.\n"
    )
    file.write_text(text)
    assert real("ingest", str(folder)).code == 0
    ref = str(json.loads(real("search", "what does the work cost", "--json").out)[0]["ref"])
    file.write_text(text.replace("18", "21").replace(" It is so.", ""))
    assert real("ingest", str(folder)).code == 0
    return ref


def test_both_versions_and_the_change_are_shown_after_an_update(real: Run, tmp_path: Path) -> None:
    folder = tmp_path / "clippings"
    folder.mkdir()
    ref = updated(real, folder)
    shown = " ".join(real("show", ref).out.split())
    assert ">>The work costs 18 million crowns.<< It is so." in shown
    assert "The work costs [-18-] {+21+} million crowns." in shown
    assert "version 2" in shown
    assert shown.index("18 million crowns.<<") < shown.index(">>The work costs 21 million crowns.<<")
    found = json.loads(real("show", ref, "--json").out)
    assert (found["state"], found["current"], found["article"]["version"]) == ("changed", False, 1)
    assert found["newest"]["text"] == "The work costs 21 million crowns."
    assert {"kind": "old", "text": "18"} in found["change"]
    gone = real("show", ref[:-1] + "3").out
    assert "this sentence is no longer there" in " ".join(gone.split())


def test_a_text_that_was_changed_and_changed_back_is_no_older_one(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "clippings" / "harbour.md"

    class Typed:
        """What a person types while the article changes."""

        def isatty(self) -> bool:
            return False

        def __iter__(self) -> Iterator[str]:
            yield "/find crowns\n"
            file.write_text(HARBOUR.replace("18 million", "21 million"))
            yield f"/ingest {file}\n"
            yield "/context a\n"
            file.write_text(HARBOUR)
            yield f"/ingest {file}\n"
            yield "/context a\n"

    monkeypatch.setattr("sys.stdin", Typed())
    assert main(["chat"]) == 0
    changed, back = capsys.readouterr().out.split("> /context a")[1:]
    assert "An older version" in changed
    assert "An older version" not in back
    assert ">>" in back
