"""The example archive with its vectors on a server: the same evidence as in files, and what people read of it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cli.main import main
from assistant.records import Filters
from assistant.settings import load
from research.tools.running_chroma import RunningChroma

QUESTIONS = 20
LIMITS = (
    Filters(),
    Filters(since=date(2025, 3, 10), until=date(2025, 3, 31)),
    Filters(outlets=("ostrey wire",)),
)
SUITE = Path(__file__).resolve().parents[2] / "eval" / "suites" / "examples.jsonl"


def evidence(assistant: Assistant, limits: Filters) -> list[list[str]]:
    rows = [json.loads(line) for line in SUITE.read_text("utf-8").splitlines()]
    asked = [row for row in rows if row.get("gold") and "question" in row][:QUESTIONS]
    assert len(asked) == QUESTIONS
    day = date(2025, 5, 1)
    return [[found.ref for found in assistant.search(row["question"], 12, day, limits)] for row in asked]


def test_twenty_questions_find_the_same_evidence(
    chroma: RunningChroma,
    examples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = load(reader="off", use_model=False).settings
    with Assistant.open(tmp_path / "files", settings=settings) as in_files:
        in_files.ingest([examples])
        shutil.copytree(tmp_path / "files", tmp_path / "server")
        expected = [evidence(in_files, limits) for limits in LIMITS]
        there = load(reader="off", use_model=False, chroma=chroma.url).settings
        with Assistant.open(tmp_path / "server", settings=there) as on_server:
            assert [evidence(on_server, limits) for limits in LIMITS] == expected
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "server"))
    monkeypatch.setenv("ASSISTANT_CHROMA", chroma.url)
    monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", "swordfish")

    def run(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    assert main(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["servers"] == [
        {"url": chroma.url, "version": "1.0.0", "collections": 2, "passages": 112, "fault": ""}
    ]
    assert "112 passages in 2 collections" in run("status")[1]
    sound = run("doctor", "--offline")[1]
    assert f"{chroma.url} (version 1.0.0): 112 passages" in sound
    assert "swordfish" not in sound
    monkeypatch.setenv("ASSISTANT_CHROMA", "http://127.0.0.1:9")
    code, said = run("doctor", "--offline")
    assert (code, "cannot be reached" in said) == (1, True)
    assert run("status")[0] == 0
    assert run("ask", "--no-model", "Who died?")[0] == 5
    monkeypatch.setenv("ASSISTANT_CHROMA", "http://user:secret@127.0.0.1:9")
    code, said = run("status")
    assert (code, "secret" in said) == (2, False)
