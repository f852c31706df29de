from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.app import Assistant
from assistant.settings import Settings, load
from eval.__main__ import main
from eval.running import Plan
from eval.suite import open_suite

ARTICLES = {
    "courant/bridge.txt": (
        "Bridge closed\n\n2025-03-04\n\nThe Pellin Bridge was closed to all traffic at 6 p.m. on Tuesday. "
        "Divers had found cracks in one of its piers. The repair will cost 38 million crowns, the mayor said."
    ),
    "ledger/bid.txt": (
        "A bid for the ports\n\n2025-03-10\n\nOdelan Logistics offered 4.20 crowns a share for Harrock Ports. "
        "The board of Harrock Ports turned the offer down on Monday."
    ),
    "ledger/second-bid.txt": (
        "A second bid\n\n2025-03-25\n\nOdelan Logistics raised its offer for Harrock Ports to 4.65 crowns a share. "
        "The board will meet on Thursday."
    ),
    "wire/spill.txt": (
        "Spill\n\n2025-03-19\n\nA valve on Tank 14 of the Halvek plant failed late on Tuesday. "
        "About two tonnes of aniline flowed into the river Quennet."
    ),
}

QUESTIONS: list[dict[str, object]] = [
    {"suite": "small", "archive": "articles"},
    {
        "id": "closed",
        "question": "When was the Pellin Bridge closed to traffic?",
        "asked_on": "2025-03-06",
        "tags": ["direct"],
        "answers": ["6 p.m."],
        "gold": [
            {
                "article": "bridge.txt",
                "text": "The Pellin Bridge was closed to all traffic at 6 p.m. on Tuesday.",
            }
        ],
    },
    {
        "id": "tank",
        "question": "Which tank of the Halvek plant had the valve that failed?",
        "asked_on": "2025-03-20",
        "tags": ["direct"],
        "answers": ["Tank 14"],
        "gold": [
            {"article": "wire/spill.txt", "text": "A valve on Tank 14 of the Halvek plant failed late on Tuesday."}
        ],
    },
    {
        "id": "offer",
        "question": "How much did Odelan Logistics offer for a share of Harrock Ports on March 10?",
        "asked_on": "2025-04-01",
        "tags": ["talk"],
        "answers": ["4.20"],
    },
    {
        "id": "second",
        "question": "And how much did it offer later?",
        "asked_on": "2025-04-01",
        "tags": ["talk"],
        "follows": "offer",
        "answers": ["4.65"],
    },
    {"id": "moon", "question": "Who won the football cup?", "asked_on": "2025-04-01", "unanswerable": True},
]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a suite (`small.jsonl`), its articles, and a library of them."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in ARTICLES.items():
        file = folder / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "small.jsonl").write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), encoding="utf-8")
    with Assistant.open(folder / "library", settings=settings_for(folder)) as assistant:
        assistant.ingest([folder / "articles"])
    return folder


def settings_for(folder: Path, **flags: object) -> Settings:
    cache = Path(__file__).resolve().parents[2] / "build" / "test-cache"
    return load(
        environment={}, library=folder / "library", cache=cache, **({"use_model": False, "reader": "off"} | flags)
    ).settings


@pytest.fixture
def plan(small: Path) -> Plan:
    suite = open_suite(str(small / "small.jsonl"))
    return Plan(suite=suite, questions=suite.questions, library=small / "library", settings=settings_for(small))


@pytest.fixture
def opened(small: Path) -> Iterator[Assistant]:
    with Assistant.open(small / "library", settings=settings_for(small), create=False) as assistant:
        yield assistant


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Eval = Callable[..., Outcome]


@pytest.fixture
def evaluate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model_cache: Path
) -> Eval:
    """Runs a command line in this process, with runs, replies and libraries of its own."""
    cache = tmp_path / "cache"
    cache.mkdir()
    for part in model_cache.iterdir():
        (cache / part.name).symlink_to(part)
    monkeypatch.setenv("ASSISTANT_CACHE", str(cache))
    monkeypatch.setenv("ASSISTANT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run
