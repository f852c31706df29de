"""The example archive with its vectors on a server: the same evidence as in files, and what people read of it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant import Assistant
from assistant.cli.main import app
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
    chroma: RunningChroma, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    run = CliRunner().invoke
    assert json.loads(run(app, ["status", "--json"]).stdout)["servers"] == [
        {"url": chroma.url, "version": "1.0.0", "collections": 2, "passages": 112, "fault": ""}
    ]
    assert "112 passages in 2 collections" in " ".join(run(app, ["status"]).output.split())
    sound = run(app, ["doctor", "--offline"])
    assert f"{chroma.url} (version 1.0.0): 112 passages" in " ".join(sound.output.split())
    assert "swordfish" not in sound.output
    monkeypatch.setenv("ASSISTANT_CHROMA", "http://127.0.0.1:9")
    away = run(app, ["doctor", "--offline"])
    assert (away.exit_code, "cannot be reached" in away.output) == (1, True)
    assert run(app, ["status"]).exit_code == 0
    assert run(app, ["ask", "--no-model", "Who died?"]).exit_code == 5
    monkeypatch.setenv("ASSISTANT_CHROMA", "http://user:secret@127.0.0.1:9")
    refused = run(app, ["status"])
    assert (refused.exit_code, "secret" in refused.output) == (2, False)
