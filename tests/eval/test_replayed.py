"""Replies in a suite: read and written back, replayed through the whole program, scored, compared and reported."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.records import Answer, FoundBy, Verdict
from eval.comparison import compare_runs
from eval.records import LabelledStatement, QuestionResult, Run, Status, SuiteReply, Truth
from eval.replaying import filled_in, replaying
from eval.report import compare_html, html, junit, run_markdown
from eval.running import Plan, begin, execute
from eval.scoring import answer_metrics
from eval.suite import open_suite, suite_hash
from eval.suite_files import suite_text
from eval.summary import summarise
from tests.eval.conftest import Eval, settings_for
from tests.eval.making import answer, citation, question, statement

CLOSED = "The Pellin Bridge was closed to all traffic at 6 p.m. on Tuesday."
COST = "The repair will cost 38 million crowns, the mayor said."

REPLIES: list[dict[str, object]] = [
    {
        "id": "pointing",
        "question": "When was the Pellin Bridge closed to traffic?",
        "asked_on": "2025-03-06",
        "tags": ["right"],
        "reply": f"{CLOSED} [{{gold}}]",
        "statements": [{"text": CLOSED, "truth": "true", "gold": CLOSED}],
    },
    {
        "id": "elsewhere",
        "question": "What will the repair of the Pellin Bridge cost?",
        "asked_on": "2025-03-06",
        "tags": ["wrong number"],
        "reply": f"{COST} [{{other}}]",
        "statements": [{"text": COST, "truth": "true", "gold": COST}],
    },
    {
        "id": "altered",
        "question": "What will the repair of the Pellin Bridge cost?",
        "asked_on": "2025-03-06",
        "tags": ["wrong"],
        "reply": "The repair will cost 83 million crowns, the mayor said. [{gold}]",
        "statements": [
            {"text": "The repair will cost 83 million crowns", "truth": "false", "gold": "cost 38 million crowns"}
        ],
    },
    {
        "id": "mislabelled",
        "question": "When was the Pellin Bridge closed to traffic?",
        "asked_on": "2025-03-06",
        "reply": f"{CLOSED} [{{gold}}] A comet was seen above it. [{{gold}}]",
        "statements": [
            {"text": CLOSED, "truth": "half", "gold": CLOSED, "wrong": "6 p.m."},
            {"text": "A comet was seen above it.", "truth": "true"},
        ],
    },
]


def suite_file(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "replies.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows or REPLIES), encoding="utf-8")
    return file


def plan_for(small: Path, folder: Path, *rows: dict[str, object]) -> Plan:
    suite = open_suite(str(suite_file(folder, *rows)))
    return Plan(suite=suite, questions=suite.questions, library=small / "library", settings=settings_for(small))


@pytest.fixture(scope="module")
def replayed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("replayed")
    plan = plan_for(small, folder)
    return execute(begin(plan, folder / "runs"), plan)


def test_each_reply_goes_through_the_program_and_its_statements_are_scored(replayed: Run) -> None:
    assert [(r.id, r.passed) for r in replayed.results] == [
        ("pointing", True),
        ("elsewhere", True),
        ("altered", True),
        ("mislabelled", False),
    ]
    pointing, elsewhere, altered, mislabelled = replayed.results
    assert pointing.answer is not None
    assert elsewhere.answer is not None
    assert altered.answer is not None
    assert (pointing.answer.model, pointing.answer.usage) == ("scripted", None)
    assert pointing.answer.prompt_id.startswith("answer@")
    assert pointing.answer.statements[0].found_by == (FoundBy.MODEL,)
    assert elsewhere.answer.statements[0].found_by == (FoundBy.PROGRAM,)
    assert elsewhere.answer.statements[0].written != (elsewhere.answer.statements[0].citations[0].number,)
    assert [s.text for s in altered.answer.unproven] == ["The repair will cost 83 million crowns, the mayor said."]
    assert mislabelled.reason.startswith(f"half right, but supported: “{CLOSED}”; right, but ")
    assert all(place.text == CLOSED for place in pointing.gold)


def test_the_figures_say_what_was_shown_and_what_withheld(replayed: Run) -> None:
    figures = {f.name: (round(f.value, 3), f.n) for f in replayed.scores.figures}
    assert figures["right supported"] == (0.667, 3)
    assert figures["right withheld"] == (0.333, 3)
    assert figures["wrong supported"] == (0.0, 1)
    assert figures["half right supported"] == (1.0, 1)
    assert figures["wrong part named"] == (0.0, 1)
    assert figures["proof is gold"] == (1.0, 2)
    assert figures["found by program"] == (0.333, 3)
    assert figures["quoted instead"] == (0.25, 4)
    assert "refused answerable" not in figures  # a reply tells nothing of what the archive can answer
    assert "supported statements" not in figures


def test_two_runs_are_compared_by_what_they_show(replayed: Run) -> None:
    def refused(result: QuestionResult) -> QuestionResult:
        if result.id != "elsewhere":
            return result
        lost = tuple(replace(was, verdict=None, gold_cited=False) for was in result.replayed)
        return replace(result, passed=False, replayed=lost)

    results = tuple(map(refused, replayed.results))
    worse = replace(replayed, results=results, scores=summarise(replayed.info, results, replayed.timings))
    found = compare_runs(replayed, worse)
    changes = {d.name: (round(d.before, 3), round(d.after, 3), d.better) for d in found.differences}
    assert changes["right supported"] == (0.667, 0.333, "higher")
    assert changes["right withheld"][2] == "lower"
    assert found.losses == ("elsewhere",)
    assert "elsewhere" in compare_html(replayed, worse, found)


def test_reports_show_the_reply_and_who_found_the_source(replayed: Run) -> None:
    page = html(replayed)
    assert "source found by the program" in page
    assert "Not shown: The repair will cost 83 million crowns" in page
    assert "A comet was seen above it. [{gold}]" in page
    markdown = run_markdown(replayed)
    assert "source found by the model" in markdown
    assert "half right, but supported" in markdown
    assert "wrong supported" in junit(replayed)


def test_replies_are_replayed_by_name_and_in_the_gate_without_a_model(
    evaluate: Eval, small: Path, tmp_path: Path
) -> None:
    file = suite_file(tmp_path)
    baseline = {
        "about": "Replies.",
        "command": "",
        "suite": str(file),
        "model": False,
        "needs_library": True,
        "figures": {"right supported": {"expected": 1.0, "tolerance": 0.1}},
    }
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(baseline), encoding="utf-8")
    checked = evaluate("check", str(kept), "--library", str(small / "library"))
    assert checked.code == 100, checked.err
    assert "FELL" in checked.out
    estimate = evaluate("run", str(file), "--library", str(small / "library"), "--dry-run")
    assert "No model is asked" in estimate.out


def test_retrieval_alone_and_a_model_that_reads_are_no_replay(small: Path, tmp_path: Path) -> None:
    plan = plan_for(small, tmp_path, REPLIES[0])
    retrieval = replace(plan, retrieval_only=True)
    assert [r.status for r in execute(begin(retrieval, tmp_path / "one"), retrieval).results] == [Status.SKIPPED]
    reading = replace(plan.settings, reader="model")
    with pytest.raises(UsageError, match="set --reader builtin"), replaying(plan.library, reading):
        pass


def test_gold_that_is_in_no_article_is_an_error(small: Path, tmp_path: Path) -> None:
    row = REPLIES[0] | {"statements": [{"text": CLOSED, "truth": "true", "gold": "comets"}]}
    plan = plan_for(small, tmp_path, row)
    (result,) = execute(begin(plan, tmp_path / "runs"), plan).results
    assert (result.status, result.passed) == (Status.ERROR, False)
    assert "'comets' are in no article" in result.error


def test_a_suite_with_replies_is_written_and_read_back_and_their_words_decide_its_hash(tmp_path: Path) -> None:
    suite = open_suite(str(suite_file(tmp_path)))
    copy = tmp_path / "copy.jsonl"
    copy.write_text(suite_text(suite, tmp_path), encoding="utf-8")
    assert open_suite(str(copy)).questions == suite.questions
    first, *others = suite.questions
    assert first.reply is not None
    changed = replace(first, reply=replace(first.reply, text=f"{CLOSED} [{{other}}]"))
    assert suite_hash([changed, *others]) != suite_hash(suite.questions)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"statements": []}, "a reply without statements"),
        ({"statements": ["It snowed."]}, "must be an object"),
        ({"statements": [{"text": "It snowed.", "truth": "true"}]}, "does not stand in its reply"),
        ({"statements": [{"text": CLOSED, "truth": "maybe"}]}, "truth must be one of true, half, false"),
        ({"statements": [{"text": CLOSED, "truth": "true", "godl": ""}]}, "unknown field 'godl'"),
        ({"statements": [{"text": CLOSED, "truth": "half", "wrong": "8 p.m."}]}, "wrong words that do not stand"),
        ({"reply": f"{CLOSED} [{{gold 3}}]"}, "gold of a statement that it does not have"),
        ({"answers": ["6 p.m."]}, "its statements alone are scored"),
    ],
)
def test_a_fault_in_a_reply_is_told(tmp_path: Path, change: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        open_suite(str(suite_file(tmp_path, REPLIES[0] | change)))


def test_nothing_follows_a_reply_and_statements_need_one(tmp_path: Path) -> None:
    later: dict[str, object] = {"id": "later", "question": "And then?", "follows": "pointing", "answers": ["x"]}
    with pytest.raises(UsageError, match="whose reply is replayed"):
        open_suite(str(suite_file(tmp_path, REPLIES[0], later)))
    alone = {name: value for name, value in REPLIES[0].items() if name != "reply"}
    with pytest.raises(UsageError, match="statements without a reply"):
        open_suite(str(suite_file(tmp_path, alone)))


def test_numbers_are_put_in_for_the_sentences_offered() -> None:
    labels = (
        LabelledStatement(text="a", truth=Truth.TRUE, gold="iron"),
        LabelledStatement(text="b", truth=Truth.TRUE, gold="tin"),
        LabelledStatement(text="c", truth=Truth.TRUE, gold="lead"),
    )
    reply = SuiteReply(text="a[{gold}] b[{gold 2}] c[{gold 3}] [{other}] [{beyond}] {x}", statements=labels)
    offered = [(3, "tin"), (5, "gold"), (7, "some iron here"), (8, "iron")]
    assert filled_in(reply, offered) == "a[7] b[3] c[5] [5] [9] {x}"
    assert filled_in(reply, []) == "a[1] b[1] c[1] [1] [1] {x}"


def test_a_reply_of_any_model_is_measured_by_the_accepted_answer() -> None:
    asked = question(answers=(("iron",),))
    source = citation(1)
    proven = replace(answer(statement("It is iron.", Verdict.SUPPORTED, source)), model="m")
    partly = replace(answer(statement("It is iron.", Verdict.PARTLY, source)), model="m")
    quoted = replace(proven, unproven=partly.statements)
    wrong = replace(answer(statement("It is tin.", Verdict.SUPPORTED, source)), model="m")

    def found(given: Answer) -> tuple[float | None, float | None]:
        metrics = answer_metrics(asked, given, (), date(2025, 3, 6))
        return metrics.get("right answer proven"), metrics.get("right answer shown")

    assert found(proven) == (1.0, 1.0)
    assert found(partly) == (0.0, 1.0)
    assert found(quoted) == (0.0, 0.0)
    assert found(wrong) == found(replace(proven, model="")) == (None, None)
