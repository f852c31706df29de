"""Who is let in: hosts, origins, tokens, sizes. Against a real server on this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import UsageError
from assistant.serve.access import Access, Throttle, new_token, read_token
from assistant.serve.api import API_ROUTES
from assistant.serve.exchange import WebError
from assistant.serve.jobs import Job
from assistant.serve.launch import ServeOptions, checked_options
from assistant.serve.openai_form import OPENAI_ROUTES
from assistant.serve.origins import Names, check_head
from assistant.serve.site import assets
from tests.serve.served import TOKEN, Served

PATHS = ("/health", "/", "/api/v1/overview", "/nothing", "/s/aaaa-bbbb-1")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example:{port}", "127.0.0.1.nip.io:{port}", "0.0.0.0:{port}"),
        *("127.0.0.1", "127.0.0.1:1", "[::2]:{port}", "localhost:{port}.", "127.0.0.1:{port}@evil.example"),
    ],
)
def test_a_name_that_is_not_the_servers_own_is_refused_on_every_path(server: Served, host: str) -> None:
    for path in PATHS:
        assert server.get(path, {"Host": host.format(port=server.port)}).status == 421


def test_no_host_at_all_is_refused(server: Served) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        assert b" 421 " in raw.recv(4096).partition(b"\r\n")[0]


def test_its_own_names_are_taken(server: Served) -> None:
    for host in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        assert server.get("/health", {"Host": f"{host}:{server.port}"}).status == 200


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "x"]
)
def test_pages_of_other_origins_are_refused(server: Served, origin: str) -> None:
    for path in PATHS:
        assert server.get(path, {"Origin": origin.format(port=server.port)}).status == 403


def test_its_own_origin_is_taken_and_nobody_is_told_of_others(server: Served) -> None:
    got = server.get("/health", {"Origin": f"http://localhost:{server.port}"})
    assert got.status == 200
    assert not [name for name in got.headers if name.startswith("access-control")]
    assert server.send("OPTIONS", "/api/v1/ask", headers={"Origin": "http://evil.example"}).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_other_sites_embed_is_refused_and_links_from_them_are_not(site: str) -> None:
    names = Names.of(8484)
    head = {"host": "127.0.0.1:8484", "sec-fetch-site": site}
    for mode, dest, method in (
        ("no-cors", "image", "GET"),
        ("navigate", "iframe", "GET"),
        ("navigate", "document", "POST"),
    ):
        with pytest.raises(WebError):
            check_head(method, {**head, "sec-fetch-mode": mode, "sec-fetch-dest": dest}, names)
    check_head("GET", {**head, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, names)


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "t", "é", TOKEN.upper()])
def test_without_the_token_nothing_is_told_but_that_it_lives(server: Served, token: str) -> None:
    assert server.get("/health", token="").json() == {"status": "ok"}
    got = server.get("/api/v1/overview", token=token.encode().decode("latin-1"))
    assert got.status == 401
    assert set(got.json()) == {"error", "kind"}


def test_twenty_wrong_tokens_a_minute_are_enough(server: Served) -> None:
    found = [server.get("/api/v1/overview", token="wrong").status for _ in range(22)]
    assert found == [401] * 20 + [429] * 2
    assert server.get("/api/v1/overview").status == 429  # the right one may have been guessed meanwhile
    server.service.access.wrong.forget()
    assert server.get("/api/v1/overview").status == 200


def test_a_code_lets_in_once_and_for_ten_minutes() -> None:
    now = [1000.0]
    access = Access(TOKEN, port=1, clock=lambda: now[0])
    first, second = access.new_code(), access.new_code()
    assert access.spend(first)
    assert not access.spend(first)
    now[0] += 601
    assert not access.spend(second)


def test_a_cookie_is_not_the_token_and_is_of_no_use_elsewhere_or_later() -> None:
    now = [1000.0]
    access = Access(TOKEN, port=1, clock=lambda: now[0])
    value = access.new_cookie()
    assert TOKEN not in value
    assert access.cookie_fits(value)
    assert not access.cookie_fits(value[:-1] + ("0" if value[-1] != "0" else "1"))
    assert not access.cookie_fits("é.1.x")
    assert not Access("u" * 43, port=1, clock=lambda: now[0]).cookie_fits(value)
    now[0] += 31 * 24 * 3600
    assert not access.cookie_fits(value)
    with pytest.raises(WebError):
        access.check_form(value, access.form_token("another"))
    access.check_form(value, access.form_token(value))


def test_the_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "serve" / "token"
    token = read_token(file)
    assert read_token(file) == token
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert new_token(file) != token
    file.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        read_token(file)


def test_a_server_for_other_machines_needs_a_token_and_a_name() -> None:
    with pytest.raises(UsageError, match="token"):
        checked_options(ServeOptions(host="0.0.0.0", token=False, allowed=("desk",)))
    with pytest.raises(UsageError, match="--allow-host"):
        checked_options(ServeOptions(host="0.0.0.0"))
    assert "encrypted" in checked_options(ServeOptions(host="0.0.0.0", allowed=("desk",)))[0]
    assert checked_options(ServeOptions(host="::1", token=False)) == ()
    with pytest.raises(UsageError, match="--public-url"):
        checked_options(ServeOptions(public_url="javascript:alert(1)"))
    with pytest.raises(UsageError, match="--public-url"):
        checked_options(ServeOptions(public_url="http://["))


def test_who_leaves_in_the_middle_of_a_request_leaves_no_trace(
    server: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    head = f"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(f"{head}Authorization: Bearer {TOKEN}\r\nContent-Length: 900\r\n\r\n{{".encode())
    assert server.get("/health").status == 200
    time.sleep(0.3)
    assert "Disconnect" not in "".join((caplog.text, *capfd.readouterr()))


def test_large_and_slow_requests_are_cut_off(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = f"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    for rest in (
        b"Content-Length: 10000000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"8000\r\n%b\r\n" % (b"[" * 0x8000) * 9,
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
            raw.sendall(sent + rest)
            assert b" 413 " in raw.recv(4096).partition(b"\r\n")[0]
    assert server.post("/api/v1/ask", {"question": "x" * 1001}).status == 400
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)
        assert b" 400 " in raw.recv(4096).partition(b"\r\n")[0]
    monkeypatch.setattr("assistant.serve.web._BODY_S", 0.2)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(sent + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        started = time.monotonic()
        assert b" 408 " in raw.recv(4096).partition(b"\r\n")[0]
        assert time.monotonic() - started < 3


def test_thirty_questions_a_minute_are_enough() -> None:
    now = [0.0]
    throttle = Throttle(30, "Too many.", lambda: now[0])
    for _ in range(30):
        throttle.count()
    with pytest.raises(WebError) as refused:
        throttle.count()
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "60")
    now[0] = 61
    throttle.count()


def test_a_head_that_does_not_come_is_cut_off(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.serve.listening._HEAD_S", 2.0)
    line = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
    with ExitStack() as opened:
        slow = [
            opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60)) for _ in range(50)
        ]
        with suppress(ConnectionResetError, BrokenPipeError):  # on a busy machine the limit is over before that
            for at in range(4):  # a byte now and then
                for raw in slow:
                    raw.sendall(line[at : at + 1])
                time.sleep(0.1)
        assert server.get("/health").status == 200
        for raw in slow:
            with suppress(ConnectionResetError):
                assert raw.recv(100) == b""  # none is answered, all are closed


def test_one_connection_may_send_head_after_head(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.serve.listening._HEAD_S", 2.0)
    whole = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        for _ in range(3):  # together they take longer than one may
            raw.sendall(whole)
            reply = b""
            while b'"ok"' not in reply:  # head and body may come in two pieces
                piece = raw.recv(4096)
                assert piece, "the connection was closed"
                reply += piece
            assert b" 200 " in reply
            time.sleep(0.9)


def test_a_reader_that_does_not_read_is_cut_off(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.serve.listening._READ_S", 0.3)
    style = assets()["style"].place
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        asked = f"GET {style} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            for _ in range(400):  # replies pile up until nothing goes any more
                raw.sendall(asked * 4)
                time.sleep(0.01)


@pytest.fixture
def running(server: Served) -> Iterator[Job]:
    """An answer in the making that tells what the test tells."""
    job = Job("a long one")
    server.service.jobs._jobs[job.id] = job
    yield job
    del server.service.jobs._jobs[job.id]


def follows(server: Served, job: Job, opened: ExitStack) -> socket.socket:
    """A reader of the events whose system takes in little on its behalf."""
    raw = opened.enter_context(socket.socket())
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(20)
    raw.connect(("127.0.0.1", server.port))
    head = f"Host: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    raw.sendall(f"GET /answers/{job.id}/events HTTP/1.1\r\n{head}".encode())
    assert b" 200 " in raw.recv(512)
    return raw


def until(true: Callable[[], bool]) -> bool:
    """Wait, at most 20 s, until something is true; return whether it is."""
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


LONG = {"text": "x" * 100_000}  # of a draft: a hundred of them are more than any system takes in on a reader's behalf


def test_who_does_not_read_events_is_cut_off_and_holds_up_nobody(
    server: Served, running: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.serve.listening._READ_S", 0.3)
    with ExitStack() as opened:
        silent = [follows(server, running, opened) for _ in range(5)]
        reader = follows(server, running, opened)
        for _ in range(100):
            running.tell("draft", LONG)
        received = 0
        while received < 100 * len(LONG["text"]):  # it has all, while the others have been cut off or are
            received += len(reader.recv(1_000_000))
        assert until(lambda: running.listening == 1)
        assert not running.ended
        for raw in silent:
            with pytest.raises(ConnectionResetError):
                while raw.recv(1_000_000):
                    pass


def test_who_reads_events_too_slowly_is_cut_off_before_the_server_holds_more_for_it(
    server: Served, running: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.serve.listening._READ_S", 0.3)
    with ExitStack() as opened:
        slow = follows(server, running, opened)
        for _ in range(100):
            running.tell("draft", LONG)
        taken = 0
        with suppress(ConnectionResetError):
            while piece := slow.recv(1000):  # some 50 kB/s, of which the system takes in what it likes
                taken += len(piece)
                time.sleep(0.02)
        assert taken < 100 * len(LONG["text"])
        assert until(lambda: running.listening == 0)


def test_a_stream_of_events_ends_after_its_time_also_for_a_slow_reader(
    server: Served, running: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.serve.web._STREAM_S", 0.5)
    with ExitStack() as opened:
        slow = follows(server, running, opened)
        for _ in range(100):
            running.tell("draft", LONG)
        began = time.monotonic()
        while slow.recv(20_000):
            time.sleep(0.002)
        assert time.monotonic() - began < 20
        assert until(lambda: running.listening == 0)


def test_of_a_thousand_streams_some_are_taken_the_others_refused_and_pages_come(server: Served, running: Job) -> None:
    job = running
    head = f"Host: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    ask = f"GET /answers/{job.id}/events HTTP/1.1\r\n{head}"
    with ExitStack() as opened:
        every = [
            opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60)) for _ in range(1000)
        ]
        streams = []
        for raw in every:
            raw.sendall(ask.encode())
            got = raw.recv(4096)
            if b" 200 " in got:
                streams.append(raw)
            else:
                assert b" 503 " in got
                assert b"retry-after: 10" in got
        assert len(streams) == 500
        assert server.get("/articles", {"Accept": "text/html"}).status == 200
        job.tell("stage", {"words": "told to all"})
        job.run(lambda _: None)
        for raw in streams:
            received = b""
            while b"told to all" not in received:
                received += raw.recv(4096)


def test_a_question_of_ten_megabytes_is_refused_before_it_is_read(server: Served) -> None:
    head = {"Content-Type": "application/json", "Content-Length": str(10 * 1024**2)}
    assert server.send("POST", "/api/v1/ask", None, head).status == 413


def test_the_description_for_programs_names_every_route_and_its_replies_fit(server: Served) -> None:
    told = server.get("/openapi.json").json()
    known = {(path, method.upper()) for path, held in told["paths"].items() for method in held}
    assert known == {(r.path, m) for r in (*API_ROUTES, *OPENAI_ROUTES) for m in r.methods}
    ask = server.post("/api/v1/ask", {"question": "Who voted to close the harbour?"}).json()
    found = server.get("/api/v1/search?q=harbour").json()
    for path, method, got in (
        ("/api/v1/ask", "post", ask),
        ("/api/v1/search", "get", found),
        ("/api/v1/overview", "get", server.get("/api/v1/overview").json()),
        ("/v1/models", "get", server.get("/v1/models").json()),
        ("/health", "get", server.get("/health").json()),
    ):
        fits(got, told["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"])


def fits(value: Any, schema: Any) -> None:
    """Fail where a value lacks what a schema promises."""
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    if isinstance(kind := schema.get("type"), str):
        assert isinstance(value, kinds[kind]), (value, schema)
    for name in schema.get("required", ()):
        assert name in value, (name, value)
    for name, part in schema.get("properties", {}).items():
        if name in value:
            fits(value[name], part)
    for each in value if isinstance(value, list) and "items" in schema else ():
        fits(each, schema["items"])
