"""`assistant serve` as a process: what it prints, how a browser is let in, and that Ctrl-C ends it soon and quietly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from assistant.errors import UsageError
from assistant.serve.launch import is_served
from assistant.serve.listening import listening
from tests.serve.served import TOKEN, Got, Served

FERRY = "When does the last ferry to Sand Isle leave?"


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """The running command, and what it printed on standard output."""
    command = [sys.executable, "-m", "assistant", "serve", "--no-model", "--json", *options]
    environment = {**os.environ, "ASSISTANT_READER": "off"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as running:
        assert running.stdout is not None
        try:
            yield running, json.loads(running.stdout.readline())
        finally:
            running.kill()


def test_ctrl_c_ends_it_soon_and_quietly_while_someone_listens(archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "token"
    with process("--library", str(archive), "--port", "0", "--token-file", str(file)) as (running, told):
        port = urlsplit(told["url"]).port
        assert port
        assert told["holds"].startswith("3 articles")
        assert file.read_text().strip() not in json.dumps(told)
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert b" 200 " in idle.recv(4096)
            started = time.monotonic()
            running.send_signal(signal.SIGINT)
            assert running.wait(10) == 0
            assert time.monotonic() - started < 6  # 3 on a quiet machine
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_a_port_that_is_taken_is_an_error_with_the_remedy(server: Served) -> None:
    with pytest.raises(UsageError, match="--port"):
        listening("127.0.0.1", server.port)


def head(server: Served, method: str, path: str, body: str = "", **headers: str) -> Got:
    """Send what a browser sends, a form where there is a body."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    sent = {"Accept": "text/html", **kind, **headers}
    return server.send(method, path, body.encode() or None, sent, token="")


def test_the_printed_address_lets_one_browser_in_once(server: Served) -> None:
    place = f"/login?code={server.service.access.new_code()}"
    first, second = head(server, "GET", place), head(server, "GET", place)
    assert (first.status, first.headers["location"]) == (303, "/")
    cookie = first.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert second.status == 401
    assert "set-cookie" not in second.headers
    mine = cookie.partition(";")[0]
    assert head(server, "GET", "/", Cookie=mine).status == 200
    for path in ("/", "/nothing", "/articles", "/chats", "/s/aaaa-bbbb-1"):
        shown = head(server, "GET", path).text
        assert "articles" not in shown.replace("articles;", "").replace(f'value="{path}"', ""), (
            path
        )  # nothing of what the archive holds
    assert head(server, "POST", "/login", "token=wrong").status == 401


def test_a_form_of_another_page_is_refused(server: Served) -> None:
    mine = f"{server.service.access.cookie_name}={server.service.access.new_cookie()}"
    for path in ("/ask", "/chats/2025-01-01-000000/delete", "/answers/x/stop"):
        assert head(server, "POST", path, "question=x&form_token=00", Cookie=mine).status == 403
    other = server.service.access.form_token(server.service.access.new_cookie())
    assert head(server, "POST", "/ask", f"question=x&form_token={other}", Cookie=mine).status == 403


def test_what_a_person_types_wrong_is_said_beside_the_question(server: Served) -> None:
    value = server.service.access.new_cookie()
    mine = f"{server.service.access.cookie_name}={value}"
    token = server.service.access.form_token(value)
    got = head(server, "POST", "/ask", f"question=ferry&outlet=Ile+News&form_token={token}", Cookie=mine)
    shown = got.text
    assert got.status == 400
    assert "Did you mean Isle News" in shown
    assert 'value="ferry"' in shown


def test_pages_are_small_and_load_two_files_that_stay(server: Served) -> None:
    mine = f"{server.service.access.cookie_name}={server.service.access.new_cookie()}"
    page = head(server, "GET", "/", Cookie=mine).text
    files = [part.partition('"')[0] for part in page.split('="/static/')[1:]]
    sizes = []
    for name in files:
        got = head(server, "GET", f"/static/{name}")
        assert "immutable" in got.headers["cache-control"]
        sizes.append(len(got.body))
    assert len(files) == 2
    assert len(page) + sum(sizes) < 60_000
    assert sizes[1] < 12_000
    assert head(server, "GET", "/static/..%2f..%2f..%2fetc%2fpasswd").status == 404


def test_every_page_has_its_data_beside_it(server: Served) -> None:
    ref = server.service.assistant.ask(FERRY).evidence[0].ref
    assert server.get(f"/s/{ref}.json").json()["cited"]["ref"] == ref
    assert server.get(f"/a/{ref[:10]}.json").json()["info"]["id"] == ref[:10]
    assert len(server.get("/articles", {"Accept": "application/json"}).json()) == 3
    assert server.get("/s/..%2F..-1.json").status == 404


def test_a_server_that_answers_is_known_by_its_port(server: Served) -> None:
    assert is_served(server.port) is True


def test_the_typed_token_leads_to_the_page_that_was_wanted_and_nowhere_else(server: Served) -> None:
    asked = head(server, "GET", "/search?q=ferry+%22&outlet=Isle+News")
    assert asked.status == 401
    assert 'name="wanted" value="/search?q=ferry+%22&amp;outlet=Isle+News"' in asked.text
    for wanted, place in {
        "/s/0a1b2c3d4e-5f6071-7": "/s/0a1b2c3d4e-5f6071-7",
        "/search?q=ferry+%22&outlet=Isle+News": "/search?q=ferry+%22&outlet=Isle+News",
        "//evil.example/": "/",
        "/\\evil.example": "/",
        "/a\\..\\evil": "/",
        "https://evil.example": "/",
        "/a\r\nSet-Cookie: x=y": "/",
        "": "/",
    }.items():
        got = head(server, "POST", "/login", urlencode({"token": TOKEN, "wanted": wanted}))
        assert (got.status, got.headers["location"]) == (303, place), wanted
