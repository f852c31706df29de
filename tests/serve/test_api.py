"""The interface for programs, asked as programs ask: what it gives are the program's own records."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.json_form import to_json
from assistant.library_reports import LibraryStatus
from assistant.records import Answer
from assistant.serve.jobs import Job, Jobs, QueueFull
from assistant.serve.service import Recent
from tests.serve.served import TOKEN, Served

FERRY = "When does the last ferry to Sand Isle leave?"


def events(got: bytes) -> list[tuple[str, Any]]:
    """The events of a stream."""
    blocks = [block.split("\n") for block in got.decode().split("\n\n") if block and not block.startswith(":")]
    fields = [dict(line.split(": ", 1) for line in block) for block in blocks]
    return [(found["event"], json.loads(found["data"])) for found in fields]


def test_an_answer_is_the_record_that_the_program_gives(server: Served) -> None:
    got = server.post("/api/v1/ask", {"question": FERRY, "asked_on": "2025-12-01"})
    assert got.status == 200
    assert got.headers["content-type"] == "application/json"
    from datetime import date

    assert got.json() == to_json(server.service.assistant.ask(FERRY, date(2025, 12, 1)))
    assert got.json()["statements"][0]["citations"][0]["ref"]


def test_an_answer_streams_its_draft_and_then_what_was_checked(with_model: Served) -> None:
    got = with_model.post("/api/v1/ask", {"question": "What of the ferry?"}, {"Accept": "text/event-stream"})
    assert got.headers["content-type"].startswith("text/event-stream")
    assert got.headers["x-accel-buffering"] == "no"
    found = events(got.body)
    assert [value["stage"] for name, value in found if name == "stage"] == ["searching", "found", "checking"]
    order = [name for name, _ in found]
    assert order.index("evidence") < order.index("draft") < len(order) - 1 - order[::-1].index("stage")
    assert "Checking 2 statements." in {value["words"] for name, value in found if name == "stage"}
    sentences = {(c["number"], c["ref"]) for c in dict(found)["evidence"]}
    assert {(c["number"], c["ref"]) for s in found[-1][1]["statements"] for c in s["citations"]} <= sentences
    assert "".join(value["text"] for name, value in found if name == "draft").startswith("The last ferry leaves")
    name, answer = found[-1]
    assert name == "answer"
    assert [s["verdict"] for s in answer["statements"]] == ["supported", "unsupported"]


def test_strict_shows_no_draft_and_nothing_unsupported(with_model: Served) -> None:
    asked = {"question": "What of the ferry?", "strict": True}
    found = events(with_model.post("/api/v1/ask", asked, {"Accept": "text/event-stream"}).body)
    assert "draft" not in dict(found)
    assert [s["verdict"] for s in dict(found)["answer"]["statements"]] == ["supported"]


def test_a_model_that_is_away_is_an_error_in_both_forms(with_model: Served) -> None:
    got = with_model.post("/api/v1/ask", {"question": "Is the harbour ferry down?"})
    assert (got.status, got.json()["kind"]) == (504, "ModelUnreachable")
    found = events(with_model.post("/api/v1/ask", {"question": "down?"}, {"Accept": "text/event-stream"}).body)
    assert found[-1][0] in {"failed", "answer"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "not JSON"),
        (b"[]", 400, "object"),
        (b"[" * 100_000, 400, "not JSON"),
        ({}, 400, "question"),
        ({"question": " \n "}, 400, "empty"),
        ({"question": 1}, 400, "text"),
        ({"question": "x", "outlet": ["y"]}, 400, "outlet"),  # the name is "outlets": never an unfiltered answer
        ({"question": "x", "outlets": "Isle News"}, 400, "list"),
        ({"question": "x", "outlets": ["Ile News"]}, 400, "Isle News"),
        ({"question": "x", "since": "yesterday"}, 400, "YYYY-MM-DD"),
        ({"question": "x", "since": "2025-12-02", "until": "2025-12-01"}, 400, "No day"),
        ({"question": "x", "strict": "yes"}, 400, "strict"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(server: Served, body: Any, status: int, words: str) -> None:
    got = server.post("/api/v1/ask", body)
    assert got.status == status
    assert words in got.json()["error"]
    assert got.json()["kind"] == "UsageError"


def test_other_kinds_methods_and_paths_are_told_apart(server: Served) -> None:
    assert server.send("POST", "/api/v1/ask", b"question=x", {"Content-Type": "text/plain"}).status == 415
    assert server.get("/api/v1/ask").status == 405
    for path in ("/nothing", "/api/v1/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v2/ask"):
        assert server.get(path).status == 404


def test_sentences_are_found_within_limits(server: Served) -> None:
    found = server.get("/api/v1/search?q=ferry%20harbour&limit=2&outlet=isle%20news").json()
    assert {e["article"]["outlet"] for e in found} == {"Isle News"}
    for limit in ("1000", "0", "9" * 5000):  # Python reads no number of more than 4,300 digits
        assert server.get(f"/api/v1/search?q=ferry&limit={limit}").status == 400
    assert server.get("/api/v1/search?q=").status == 400


def test_a_text_of_ones_own_is_checked_against_what_it_names(server: Served) -> None:
    cited = server.post("/api/v1/ask", {"question": FERRY}).json()["statements"][0]
    ref, quote = cited["citations"][0]["ref"], cited["text"]
    statements = [
        {"text": quote, "refs": [ref]},
        {"text": "The ferry carried 23 million people.", "refs": [ref]},
        {"text": quote},
    ]
    got = server.post("/api/v1/check", {"statements": statements}).json()
    assert [(r["verdict"], r["checked"]) for r in got["results"]] == [
        ("supported", True),
        ("unsupported", False),
        ("uncited", False),
    ]
    assert got["summary"] == "1 of 3 checked"
    assert got["results"][2]["sources"] == []
    assert ref in {s["ref"] for s in got["results"][2]["suggested"]}
    assert server.post("/api/v1/check", {"statements": [{"text": "x", "refs": ["nonsense"]}]}).status == 400


def test_a_reference_to_two_sentences_is_both_of_them(server: Served) -> None:
    ref = server.get("/api/v1/search?q=ferry%20harbour&limit=1").json()[0]["ref"]
    article, text, _ = ref.split("-")
    one, two = ({"text": "Nothing of the kind.", "refs": [f"{article}-{text}-{place}"]} for place in ("1", "1..2"))
    got = server.post("/api/v1/check", {"statements": [one, two]}).json()
    first, both = (result["sources"][0] for result in got["results"])
    assert both["ref"] == f"{article}-{text}-1..2"
    assert both["quote"].startswith(first["quote"])
    assert len(both["quote"]) > len(first["quote"])


def test_a_whole_draft_is_checked_claim_by_claim(server: Served) -> None:
    draft = "The ferry to Sand Isle carried 23,400 people last year. It burned down in the storm of 1911."
    got = server.post("/api/v1/check", {"text": draft, "dated": "2025-11-30"}).json()
    assert got["dated"] == "2025-11-30"
    found = [claim["verdict"] for sentence in got["sentences"] for claim in sentence["claims"]]
    assert found[0] == "supported"
    assert found[1] != "supported"
    assert server.post("/api/v1/check", {"text": " "}).status == 400
    assert server.post("/api/v1/check", {"text": draft, "strict": True}).status == 400
    assert server.post("/api/v1/check", {"text": draft, "dated": "soon"}).status == 400


def test_what_the_archive_holds_is_told_without_paths(server: Served) -> None:
    got = server.get("/api/v1/overview")
    assert (got.json()["articles"], got.json()["last"]) == (3, "2025-11-28")
    assert str(Path(str(server.settings.library)).parent) not in got.text


def test_many_clients_at_once_get_their_own_answers(server: Served) -> None:
    questions = [FERRY, "Who voted to close the harbour?", "What does the work cost?"] * 4
    alone = {q: to_json(server.service.assistant.ask(q)) for q in set(questions)}
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda q: server.post("/api/v1/ask", {"question": q}).json(), questions))
    assert found == [alone[q] for q in questions]


def test_whoever_leaves_stops_the_answer(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, running = threading.Event(), threading.Event()

    def slow(*_: object) -> Callable[[Job], Answer]:
        def work(job: Job) -> Answer:
            running.set()
            job.cancel.on_set(stopped.set)
            assert stopped.wait(10)
            job.cancel.check()
            raise AssertionError

        return work

    monkeypatch.setattr("assistant.serve.api.answer_job", slow)
    for accept in ("application/json", "text/event-stream"):
        stopped.clear()
        running.clear()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "Accept": accept}
        connection.request("POST", "/api/v1/ask", json.dumps({"question": "Will it?"}), head)
        assert running.wait(10)
        connection.sock.close()
        assert stopped.wait(1), accept


def test_the_line_is_bounded_and_who_comes_too_late_is_told_when_to_come_back() -> None:
    jobs, go = Jobs(at_once=1, waiting=2), threading.Event()
    made = [jobs.start("q", lambda _: go.wait(10)) for _ in range(3)]
    with pytest.raises(QueueFull):
        jobs.start("q", lambda _: True)
    go.set()
    until = time.monotonic() + 5
    while not all(job.ended for job in made) and time.monotonic() < until:
        time.sleep(0.01)
    assert jobs.start("q", lambda _: True).id not in {job.id for job in made}
    jobs.close()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(st.sampled_from(["question", "since", "outlets", "strict", "statements", "x"]), JUNK),
    junk=JUNK,
)
def test_no_request_makes_the_server_fail(server: Served, body: dict[str, Any], junk: Any) -> None:
    server.service.access.asking.forget()
    for path in ("/api/v1/ask", "/api/v1/check"):
        for value in (body, junk):
            assert server.post(path, value).status in {200, 400}


def test_the_figures_on_pages_are_at_most_a_second_old(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    now: list[float] = [0.0]
    counted: list[float] = []
    recent = Recent(lambda: now[0])
    status = server.service.assistant.status()

    def count() -> LibraryStatus:
        counted.append(now[0])
        return status

    monkeypatch.setattr(server.service.assistant, "status", count)
    for at in (0.0, 0.5, 0.9, 1.1, 1.2):
        now[0] = at
        assert recent.status(server.service.assistant) == status
    assert counted == [0.0, 1.1]


def test_while_one_page_counts_the_others_show_what_was_counted_before(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, counting, may_end = [0.0], threading.Event(), threading.Event()
    recent, assistant = Recent(lambda: now[0]), server.service.assistant
    before = recent.status(assistant)
    after = replace(before, articles=before.articles + 1)

    def count() -> LibraryStatus:
        counting.set()
        assert may_end.wait(10)
        return after

    monkeypatch.setattr(assistant, "status", count)
    now[0] = 2.0
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(recent.status, assistant)
        assert counting.wait(10)
        assert recent.status(assistant) == before
        may_end.set()
        assert first.result(10) == after
    assert recent.status(assistant) == after
