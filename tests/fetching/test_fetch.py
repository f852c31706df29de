"""The one function that fetches, against a real server: what it gives, what it refuses, and when it gives up."""

import gzip
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from assistant.errors import FetchError, FetchFailed, FetchRefused
from assistant.fetching.fetch import USER_AGENT, Fetcher, Limits, Validators
from tests.fetching import PUBLIC, answer, drip, redirect, web

PAGE = b"<p>Ships left.</p>"
URL = "http://a.example/1"


def fetch(answers: dict[str, Any], url: str = URL, limits: Limits | None = None, **rest: Any) -> Any:
    with web(answers) as made:
        return Fetcher(network=made, limits=limits or Limits(), **rest).fetch(url)


def test_a_page() -> None:
    headers = (
        'Content-Type: Text/HTML; charset="Windows-1251"\r\nETag: "x1"\r\n'
        "Last-Modified: Thu, 27 Nov 2025 10:00:00 GMT\r\n"
    )
    with web({"a.example/1?q=2": answer(PAGE, headers=headers)}) as made:
        page = Fetcher(network=made).fetch("http://a.example/1?q=2#part")
    assert (page.body, page.content_type, page.charset) == (PAGE, "text/html", "windows-1251")
    assert (page.etag, page.modified) == ('"x1"', "Thu, 27 Nov 2025 10:00:00 GMT")
    assert page.url == "http://a.example/1?q=2"
    assert made.connected == [PUBLIC]
    (request,) = made.requests
    assert f"User-Agent: {USER_AGENT}" in request
    assert "Cookie" not in request and "Referer" not in request and "Authorization" not in request


def test_what_is_unchanged_is_not_sent_again() -> None:
    with web({"a.example/1": b"HTTP/1.1 304 Not Modified\r\n\r\n"}) as made:
        page = Fetcher(network=made).fetch(URL, Validators(etag='"x1"', modified="Thu, 27 Nov 2025 10:00:00 GMT"))
    assert page.unchanged
    assert 'If-None-Match: "x1"' in made.requests[0]
    assert "If-Modified-Since: Thu, 27 Nov 2025 10:00:00 GMT" in made.requests[0]


@pytest.mark.parametrize(
    "headers", ['ETag: "a\x01b"\r\n', "ETag: " + "x" * 2000 + "\r\n", "ETag: \xe4\r\n", 'ETag: "a"\r\n folded: x\r\n']
)
def test_marks_that_could_do_harm_are_not_kept(headers: str) -> None:
    content = f"HTTP/1.1 200 OK\r\n{headers}Content-Length: 2\r\n\r\nok".encode("latin-1")
    mark = fetch({"a.example/1": content}).etag
    assert mark == "" or (mark.isprintable() and len(mark) < 50)


def test_packed_and_chunked_pages() -> None:
    packed = gzip.compress(PAGE)
    assert fetch({"a.example/1": answer(packed, headers="Content-Encoding: gzip\r\n")}).body == PAGE
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>Sh\r\nd\r\nips left.</p>\r\n0\r\n\r\n"
    assert fetch({"a.example/1": chunked}).body == PAGE


def test_redirects_are_followed_and_named() -> None:
    answers = {
        "a.example/1": redirect("/2", "301 Moved Permanently"),
        "a.example/2": redirect("http://b.example/3"),
        "b.example/3": answer(PAGE),
    }
    assert fetch(answers).url == "http://b.example/3"


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "http://mixed.example/",
        "http://user:word@b.example/",
        "http://b.example:22/",
        "file:///etc/passwd",
        "ftp://b.example/",
        "//127.0.0.1/",
        "http://b.example/\x01",
    ],
)
def test_redirects_are_checked_like_any_address(target: str) -> None:
    with web({"a.example/1": redirect(target), "b.example/": answer(PAGE)}) as made:
        made.names |= {"inside.example": ["192.168.0.1"], "mixed.example": [PUBLIC, "10.0.0.1"]}
        with pytest.raises(FetchRefused):
            Fetcher(network=made).fetch(URL)
    assert made.connected == [PUBLIC]  # for the first page, and never again


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1"], ["169.254.169.254"], ["2002:7f00:1::"]]
)
def test_names_that_lead_inside_are_never_connected_to(addresses: list[str]) -> None:
    with web({"a.example/1": answer(PAGE)}) as made:
        made.names["a.example"] = addresses
        with pytest.raises(FetchRefused):
            Fetcher(network=made).fetch(URL)
    assert made.connected == [] and made.requests == []


def test_a_name_is_resolved_once_so_a_second_answer_cannot_lead_elsewhere() -> None:
    with web({"a.example/1": answer(PAGE)}) as made:
        asked: list[str] = []
        lists = [[PUBLIC], ["127.0.0.1"]]

        def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return lists[min(len(asked) - 1, 1)]

        made.resolve = resolve  # type: ignore[method-assign]
        assert Fetcher(network=made).fetch(URL).body == PAGE
    assert asked == ["a.example"] and made.connected == [PUBLIC]


def test_an_intranet_is_fetched_when_admitted_but_not_its_metadata_service() -> None:
    answers = {"10.0.0.1:9000/1": answer(PAGE), "10.0.0.1:9000/2": redirect("http://169.254.169.254/")}
    with web(answers) as made:
        fetcher = Fetcher(network=made, allow_private=True)
        assert fetcher.fetch("http://10.0.0.1:9000/1").body == PAGE
        with pytest.raises(FetchRefused):
            fetcher.fetch("http://10.0.0.1:9000/2")
        with pytest.raises(FetchRefused):
            Fetcher(network=made).fetch("http://10.0.0.1:9000/1")


def test_https_is_not_left_for_http() -> None:
    class Plain(Fetcher):
        """Takes every connection for a secure one."""

        def _secured(self, sock: socket.socket, host: str) -> socket.socket:
            return sock

    with (
        web({"a.example/1": redirect("http://b.example/")}) as made,
        pytest.raises(FetchRefused, match="https to http"),
    ):
        Plain(network=made).fetch("https://a.example/1")


def test_a_server_without_tls_is_no_secure_one() -> None:
    def not_tls(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nplain")

    with web({"": not_tls}) as made:
        made.names["a.example"] = [PUBLIC]
        with pytest.raises(FetchFailed):
            Fetcher(network=made, limits=Limits(seconds=3)).fetch("https://a.example/1")


def endless_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for n in range(100_000):
        connection.sendall(b"X-%d: y\r\n" % n)


SMALL = Limits(size=100_000, seconds=1.5, stall_s=0.7, redirects=3)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (redirect("/1"), "more than 3 times"),
        (answer(b"x" * 100_001), "over 0 MB"),
        (answer(gzip.compress(b"x" * 50_000_000), headers="Content-Encoding: gzip\r\n"), "unpacks to over"),
        (answer(b"nonsense", headers="Content-Encoding: gzip\r\n"), "damaged"),
        (answer(b"x", headers="Content-Encoding: br\r\n"), "not supported"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", "ended before"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nshort", "broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + b"x" * 200_000, "over 0 MB"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, "broke"),
        (endless_head, "broke"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "broke"),
        (b"", "broke"),
        (b"HTTP/1.1 999 Odd\r\n\r\n", "999"),
        (answer(b"", status="204 No Content"), "204"),
        (answer(b"", status="404 Not Found"), "404 (not found)"),
        (answer(b"", status="429 Too Many"), "try again later"),
        (answer(b"", status="302 Found", headers=""), "302"),
        (answer(b"", status="304 Not Modified"), "304"),
        (drip(b"", 60), "silent"),
        (drip(b"x", 0.05), "longer than"),
        (drip(b"a\r\n", 0.05, head=b"HTTP/1.1 200 OK\r\n"), "longer than"),
        (drip(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05, head=b""), "longer than"),
        (drip(b"1\r\nx\r\n", 0.05, head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), "longer than"),
    ],
)
def test_servers_that_do_harm_are_given_up(reply: bytes | Callable[[socket.socket], None], reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(FetchFailed) as caught:
        fetch({"a.example/1": reply}, limits=SMALL)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 5


def test_hosts_that_are_not_there() -> None:
    with pytest.raises(FetchFailed, match="not known"):
        fetch({}, "http://nowhere.example/")

    class Dead:
        def resolve(self, host: str, port: int) -> list[str]:
            return [PUBLIC, "8.8.8.8"]

        def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
            raise ConnectionRefusedError

    with pytest.raises(FetchFailed, match="cannot be reached"):
        Fetcher(network=Dead()).fetch("http://nowhere.example/")


def test_the_second_address_is_tried() -> None:
    with web({"a.example/1": answer(PAGE)}) as made:
        made.names["a.example"] = ["8.8.8.8", PUBLIC]
        whole = made.connect

        def connect(address: str, port: int, timeout_s: float) -> socket.socket:
            if address == "8.8.8.8":
                raise ConnectionRefusedError
            return whole(address, port, timeout_s)

        made.connect = connect  # type: ignore[method-assign]
        assert Fetcher(network=made).fetch(URL).body == PAGE


def test_every_failure_is_one_family() -> None:
    assert issubclass(FetchRefused, FetchError) and issubclass(FetchFailed, FetchError)
