"""Articles taken in over the page: files that are sent, hostile names, bombs, stop, and a server that takes none in."""

from __future__ import annotations

import gzip
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.serve.exchange import SentFile
from assistant.serve.jobs import Job
from assistant.serve.upload_pages import ingest_job, shown_name
from assistant.settings import Settings
from tests.fakes.archive import fill
from tests.serve.served import Got, Served, opened, serving

QUAY = "Quay Road shut\n\nThe Quay Road was closed on Monday after a wall fell, the city said."


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("taking")
    fill(place / "library", place / "rows.jsonl")
    settings = Settings(use_model=False, reader="off", sessions=place / "s", library=place / "library")
    with opened(settings.library, settings) as assistant, serving(assistant, settings, allow_ingest=True) as served:
        yield served


def send(server: Served, files: list[tuple[str, bytes]], token: str | None = None) -> Got:
    cookie = server.service.access.new_cookie()
    token = server.service.access.form_token(cookie) if token is None else token
    parts = [b'--XX\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + token.encode()]
    for name, body in files:
        begin = f'--XX\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        parts.append(begin.encode() + body)
    body = b"\r\n".join([*parts, b"--XX--\r\n"])
    head = {
        "Content-Type": "multipart/form-data; boundary=XX",
        "Cookie": f"{server.service.access.cookie_name}={cookie}",
        "Accept": "text/html",
    }
    return server.send("POST", "/upload", body, head)


def result(server: Served, got: Got) -> str:
    assert got.status == 303, got.text
    for _ in range(200):
        shown = server.get(got.headers["location"], {"Accept": "text/html"}).text
        if "data-job" not in shown:
            return " ".join(shown.split())
        time.sleep(0.05)
    raise AssertionError


def test_a_file_is_taken_in_found_and_sent_again_updated(taking: Served) -> None:
    shown = result(taking, send(taking, [("quay.txt", QUAY.encode()), ("x.json", b"{{{")]))
    assert "1 article added" in shown
    assert "x.json" in shown
    assert "not valid JSON" in shown
    (found,) = (info for info in taking.service.assistant.articles() if info.title == "Quay Road shut")
    assert found.source == "sent/quay.txt"
    answer = taking.post("/api/v1/ask", {"question": "Why was the Quay Road closed?"}).json()
    assert "wall fell" in answer["statements"][0]["text"]
    again = result(taking, send(taking, [("quay.txt", QUAY.replace("Monday", "Tuesday").encode())]))
    assert "1 updated" in again
    assert taking.service.assistant.article(found.id).info.version == 2
    assert not list(Path(tempfile.gettempdir()).glob("assistant-sent-*/*quay*"))


def test_two_files_of_one_name_are_two_articles_and_too_many_are_refused_with_the_limit(taking: Served) -> None:
    held = len(taking.get("/articles.json").json())
    result(taking, send(taking, [("a/index.txt", QUAY.encode()), ("b/index.txt", QUAY[::-1].encode())]))
    assert len(taking.get("/articles.json").json()) == held + 2
    refused = send(taking, [(f"{i}.txt", b"x") for i in range(201)])
    assert refused.status == 400
    assert "200" in refused.text


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\\\..\\\\boot.ini", "/etc/shadow.txt", "a" * 400 + ".txt", "\u202etxt.exe", "."]
)
def test_a_name_is_never_a_path(taking: Served, name: str) -> None:
    before = {path for path in Path(tempfile.gettempdir()).glob("*") if path.name.startswith("assistant-sent-")}
    shown = result(taking, send(taking, [(name, QUAY.encode())]))
    assert re.search(r"1 article added|left out", shown)
    after = {path for path in Path(tempfile.gettempdir()).glob("*") if path.name.startswith("assistant-sent-")}
    assert after <= before
    said = shown_name(SentFile(name, Path("x")))
    assert "/" not in said
    assert "\\" not in said
    assert 0 < len(said) <= 200


def test_a_bomb_is_left_out(taking: Served) -> None:
    bomb = gzip.compress(b'{"text": "' + b"x" * 30_000_000 + b'"}', 1)
    shown = result(taking, send(taking, [("bomb.jsonl.gz", bomb)]))
    assert "0 articles added" in shown
    assert "bomb.jsonl.gz" in shown


def test_what_is_too_large_or_of_another_page_is_refused(taking: Served) -> None:
    assert send(taking, [("a.txt", b"x")], token="00").status == 403
    assert send(taking, []).status == 400
    head = {"Content-Type": "multipart/form-data; boundary=XX", "Content-Length": str(300 * 1024**2)}
    assert taking.send("POST", "/upload", None, head).status == 413


def test_a_server_that_was_not_started_for_it_takes_nothing_in(server: Served) -> None:
    assert server.get("/upload", {"Accept": "text/html"}).status == 404
    assert send(server, [("quay.txt", QUAY.encode())]).status == 404
    assert "/upload" not in server.get("/", {"Accept": "text/html"}).text
    assert not list(Path(tempfile.gettempdir()).glob("assistant-sent-*"))


def test_stop_ends_it_cleanly_and_what_was_recorded_is_whole(taking: Served, tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    rows = "".join(f'{{"id": "urn:{n}", "text": "Report {n}: the pier cost {n} crowns."}}\n' for n in range(30))
    (folder / "000.jsonl").write_text(rows)
    job = Job("Taking in")
    work = ingest_job(taking.service.assistant, (SentFile("rows.jsonl", folder / "000.jsonl"),), None)
    running = threading.Thread(target=job.run, args=(work,))
    running.start()
    while not job.after(0)[0]:
        time.sleep(0.01)
    job.cancel.set()
    running.join(30)
    assert job.result is not None
    assert job.result.interrupted  # type: ignore[attr-defined]
    assert not folder.exists()
    assert taking.service.assistant.check_library().sound
