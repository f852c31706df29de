"""The commands as a user types them, in this process and over a real library."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.suite_files import read_jsonl
from tests.eval.conftest import Eval, Outcome
from tests.fakes.server import Says, model_server


@pytest.fixture
def asked(evaluate: Eval, small: Path) -> Callable[..., Outcome]:
    def run(*arguments: str) -> Outcome:
        return evaluate("run", str(small / "small.jsonl"), "--library", str(small / "library"), *arguments)

    return run


def test_a_run_prints_its_headline_first(asked: Callable[..., Outcome], evaluate: Eval) -> None:
    found = asked("--no-model")
    assert found.code == 0
    assert found.out.startswith("5 of 5 passed (100%")
    assert found.err == ""
    listed = evaluate("list", "--json")
    (row,) = json.loads(listed.out)["runs"]
    assert row["headline"]["value"] == 1.0
    assert row["info"]["id"] in evaluate("list").out


def test_json_is_one_document(asked: Callable[..., Outcome]) -> None:
    found = asked("--no-model", "--json", "--tag", "direct")
    document = json.loads(found.out)
    assert document["scores"]["planned"] == 2
    assert document["info"]["settings"]["use_model"] == "False"
    assert found.err == ""


def test_runs_are_compared_and_reported(asked: Callable[..., Outcome], evaluate: Eval, tmp_path: Path) -> None:
    asked("--no-model")
    first = json.loads(evaluate("list", "--json").out)["runs"][0]["info"]["id"]
    found = evaluate("compare", first, "last")
    assert found.code == 0
    assert "Passed only after (0): none" in found.out
    for name in ("r.html", "r.md", "r.xml"):
        made = evaluate("report", "last", "-o", str(tmp_path / name))
        assert made.code == 0
        assert (tmp_path / name).stat().st_size > 500
    assert evaluate("report").out.startswith("5 of 5 passed")
    assert evaluate("report", "-o", str(tmp_path / "r.pdf")).code == 2


def test_what_brings_its_articles_is_asked_about_them(evaluate: Eval, small: Path) -> None:
    found = evaluate("run", str(small / "small.jsonl"), "--no-model")
    assert found.out.startswith("5 of 5 passed")
    assert "brings its own articles" in found.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["run"], 2, "Which suite?"),
        (["run", "nothing"], 2, "There is no suite nothing"),
        (["run", "examples", "--resume", "last"], 2, "leave out SUITE"),
        (["run", "--resume", "last"], 2, "There is no run last"),
        (["compare", "a", "b"], 2, "There is no run a"),
        (["report", "x"], 2, "There is no run x"),
        (["check", "nothing"], 1, "There is no baseline nothing"),
        (["new", "file.txt"], 2, ".jsonl"),
        (["judge"], 2, "Which model is to judge?"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_mistakes_are_told_in_one_line(evaluate: Eval, arguments: list[str], code: int, told: str) -> None:
    for flags in ([], ["--json"]):
        if arguments[0] == "frobnicate" and flags:
            continue
        found = evaluate(*arguments, *flags)
        assert (found.code, found.out) == (code, "")
        assert found.err.count("\n") == 1
        assert told in (json.loads(found.err)["error"] if flags else found.err)


def test_ctrl_c_says_how_to_go_on(
    asked: Callable[..., Outcome], evaluate: Eval, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval.asking import Asker

    ask = Asker.ask
    calls = 0

    def interrupted(self: Asker, *arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return ask(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Asker, "ask", interrupted)
    found = asked("--no-model")
    assert found.code == 130
    assert "Interrupted. 2 of 5 results are kept. Go on with: assistant eval run --resume" in found.err
    assert "3 not asked yet" in evaluate("report").out
    assert evaluate("run", "--resume", "last").out.startswith("5 of 5 passed")


# -- drafts


def test_drafts_without_a_model_are_marked_and_not_asked(evaluate: Eval, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    library = ("--library", str(small / "library"), "--no-model")
    assert evaluate("new", str(file), "-n", "3", *library).code == 0
    drafts = read_jsonl(file).questions
    assert len(drafts) == 3
    for draft in drafts:
        assert (draft.status, draft.tags) == ("draft", ("cloze",))
        assert "_____" in draft.question
        assert draft.question.replace("_____", draft.answers[0][0]) == draft.gold[0][0].text
    assert evaluate("run", str(file), *library).err.count("until a person accepts them") == 1
    evaluate("new", str(file), "-n", "2", *library)
    assert len({q.id for q in read_jsonl(file).questions}) == 5  # added, none twice
    accepted = file.read_text(encoding="utf-8").replace('"status": "draft"', '"status": "accepted"')
    file.write_text(accepted, encoding="utf-8")
    found = evaluate("run", str(file), "--retrieval-only", "--json", *library)
    assert json.loads(found.out)["scores"]["passed"] == 5


def test_drafts_of_a_model_are_checked_against_the_sentence(evaluate: Eval, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    with model_server(
        Says(["Question: Which tank?\nAnswer: Tank 99"]),  # not in the sentence
        Says(["Here you are!\nQuestion: When?\nAnswer: Tuesday"]),  # not in form
    ) as server:
        server.default = Says(["Question: What happened on the day?\nAnswer: the"])
        url = ("--base-url", server.base_url, "--model", "served-model", "--library", str(small / "library"))
        evaluate("new", str(file), "-n", "1", *url)
        assert len(server.requests) >= 3
    drafts = read_jsonl(file).questions
    assert all(q.question == "What happened on the day?" for q in drafts)


# -- the judge


def test_a_judge_is_measured_before_it_is_trusted(
    asked: Callable[..., Outcome], evaluate: Eval, tmp_path: Path
) -> None:
    asked("--no-model")
    with model_server(
        Says(["Reason: It says so.\nVerdict: correct"]),
        Says(["Verdict: correct, I think"]),  # not in form
        Says(["Reason: No.\nVerdict: incorrect"]),
    ) as server:
        server.default = Says(["Reason: A part.\nVerdict: partly"])
        url = ("--base-url", server.base_url, "--model", "served-model")
        found = evaluate("judge", *url)
        assert (found.code, len(server.requests)) == (0, 4)  # the abstention is not asked about
        assert found.out.strip() == "1 correct, 1 partly, 1 incorrect, 1 unscored"
        assert "advice" in found.err
        evaluate("judge", *url)
        assert len(server.requests) == 4  # each answer once
    labels = tmp_path / "labels.jsonl"
    assert evaluate("calibrate", str(labels)).code == 0
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    assert all(row["label"] == "" and "verdict" not in row for row in rows)
    labels.write_text("".join(json.dumps(row | {"label": "correct"}) + "\n" for row in rows), encoding="utf-8")
    measured = json.loads(evaluate("calibrate", str(labels), "--json").out)
    assert (measured["n"], measured["unscored"], measured["accuracy"], measured["trusted"]) == (4, 1, 0.25, False)
    report = json.loads(evaluate("report", "--json").out)["run"]
    assert report["calibration"]["accuracy"] == 0.25
    assert "judged correct" in {figure["name"] for figure in report["scores"]["figures"]}


@pytest.mark.parametrize("line", ['{"id": 3, "label": "correct"}', '{"id": "a", "label": "good"}', "nonsense"])
def test_labels_are_read_strictly(asked: Callable[..., Outcome], evaluate: Eval, tmp_path: Path, line: str) -> None:
    asked("--no-model", "--tag", "direct")
    with model_server(Says(["Reason: So.\nVerdict: correct"]), Says(["Reason: So.\nVerdict: correct"])) as server:
        evaluate("judge", "--base-url", server.base_url, "--model", "m", "--no-cache")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(line + "\n", encoding="utf-8")
    found = evaluate("calibrate", str(labels))
    assert found.code == 2
    assert "line 1" in found.err
