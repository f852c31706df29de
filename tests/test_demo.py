"""What `make demo` shows: its questions, through the real command line, on the example archive."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import main
from research.tools import picture, readme

MAKEFILE = Path(__file__).resolve().parents[1] / "Makefile"
# The words by which the right sentence of the example articles is known, for each question of the demo.
RIGHT = {
    "When did Tomas Grell die?": ("Tomas Grell, 46, a fitter", "died"),
    "How many vehicles does the Pellin Bridge carry a day?": ("about 32,000 vehicles a day",),
}
NOT_SAID = "What did the Pellin airport expansion cost?"
Ask = Callable[[str], dict[str, Any]]


def questions() -> list[str]:
    """The questions as the Makefile asks them."""
    recipe = MAKEFILE.read_text(encoding="utf-8").partition("for question in")[2].partition("do \\")[0]
    return re.findall(r'"([^"]+)"', recipe)


def demo_flags() -> list[str]:
    """The options with which the Makefile asks."""
    called = re.search(
        r"assistant ask --library \$\(DEMO\) (.*) \"\$\$question\"", MAKEFILE.read_text(encoding="utf-8")
    )
    assert called
    return called[1].split()


@pytest.fixture
def ask(examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["ingest", str(examples)]) == 0
    assert capsys.readouterr().out.startswith("added 31, updated 0, unchanged 0, skipped 0\n")

    def run(question: str) -> dict[str, Any]:
        assert main(["ask", *demo_flags(), "--json", question]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return run


def test_the_demo_asks_what_is_tried_here() -> None:
    assert questions() == [*RIGHT, NOT_SAID]


def test_the_right_sentence_is_among_the_first_two(ask: Ask) -> None:
    for question, words in RIGHT.items():
        answer = ask(question)
        assert not answer["abstained"], question
        first = [statement["text"] for statement in answer["statements"][:2]]
        assert any(all(word in text for word in words) for text in first), first
        for statement in answer["statements"]:
            assert statement["verdict"] == "supported"
            assert [citation["text"] for citation in statement["citations"]] == [statement["text"]]


def test_what_the_readme_shows_is_right() -> None:
    answer = " ".join(readme.block(readme.README.read_text(encoding="utf-8"), "answer").split())
    assert all(word in answer for word in RIGHT[readme.QUESTION])
    drawing = re.sub(r"<[^>]+>", " ", picture.PICTURE.read_text(encoding="utf-8"))
    drawn = " ".join(html.unescape(drawing).split())
    asked, unanswered = picture.QUESTIONS
    assert all(word in drawn for word in (asked, *RIGHT[asked], unanswered, "The archive does not say."))


def test_what_no_article_says_is_not_answered(ask: Ask) -> None:
    answer = ask(NOT_SAID)
    assert answer["abstained"]
    assert answer["statements"] == []
    assert "31 articles" in answer["reason"]
