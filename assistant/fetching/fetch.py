"""The one function that fetches. Every page and every feed comes through it, redirects included.

It stands on `http.client` and `ssl`: the address that was checked must be the one that is connected to, and there the
socket can be handed in. Libraries that resolve names themselves leave no place for the check. Proxies are not
used, for the same reason: behind one, the program cannot know what the name resolves to.

Bounded are the bytes on the wire, the bytes unpacked, the redirects, the silence between two bytes and the time of the
whole, which a second thread enforces by closing the connection: sending a byte now and then is no way around.

`read_address` reads an article at an address: the page is fetched, and read by its format.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Protocol
from urllib.parse import urljoin

import assistant
from assistant.articles import FieldMap, read_document
from assistant.articles.build import Item
from assistant.articles.charsets import charset_of
from assistant.articles.fields import GUESS
from assistant.articles.formats import FileFormat, format_by_bytes, format_by_name, format_by_type
from assistant.articles.formats.warc import decoded_body
from assistant.articles.raw_document import of_bytes
from assistant.articles.text import UnreadableError
from assistant.errors import FetchError, FetchFailed, FetchRefused
from assistant.fetching.guard import FetchTarget, check_addresses, target_of
from assistant.records import Skipped

USER_AGENT = f"assistant/{assistant.__version__} (news archive of one reader; fetches what that reader asks for)"
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/pdf, */*;q=0.5"
_CHUNK = 1 << 16  # bytes
_TRIED = 4  # addresses of one host


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one fetch may take."""

    size: int = 20_000_000  # bytes, on the wire and unpacked
    seconds: float = 60.0  # for the whole, redirects included
    stall_s: float = 15.0  # between two bytes, and for a connection
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server sent."""

    url: str  # where it was found, after redirects
    body: bytes
    content_type: str  # such as "text/html", in lower case; "" when the server does not say
    charset: str
    etag: str  # for `Validators`, the next time
    modified: str
    unchanged: bool = False  # the server says that it is what is known already; `body` is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """HTTP validators: what the server said of a page when it was last fetched; "" for what it did not say."""

    etag: str = ""
    modified: str = ""


class Network(Protocol):
    """What `fetch` needs of the network."""

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host. Raises `OSError` when it has none."""

    def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """Return a connection to an IP address. Raises `OSError`."""


class Internet:
    """The real network."""

    def resolve(self, host: str, port: int) -> list[str]:
        """Resolve as the system does, IPv4 first: it is reachable even where IPv6 is only announced."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        return sorted(addresses, key=lambda address: ":" in address)

    def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """Connect to the address itself: no name is resolved again, so what was checked is what is connected to."""
        return socket.create_connection((address, port), timeout=timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Fetches pages. One is made for a whole run, so that everything goes by the same rules."""

    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)
    network: Network = field(default_factory=Internet)
    clock: Callable[[], float] = time.monotonic

    def fetch(self, url: str, known: Validators | None = None) -> Fetched:
        """Fetch the page at `url`. With `known`, the server is asked to send it only if it has changed.

        Raises `FetchRefused` for what may not be fetched, and `FetchFailed` when the server cannot be reached, answers
        with an error, or exceeds a limit.
        """
        deadline = self.clock() + self.limits.seconds
        target = target_of(url, allow_private=self.allow_private)
        for _ in range(self.limits.redirects + 1):
            answer = self._ask(target, known or Validators(), deadline)
            if isinstance(answer, Fetched):
                return answer
            after = target_of(urljoin(target.url, answer), allow_private=self.allow_private)
            if target.secure and not after.secure:
                raise FetchRefused("the server redirects from https to http, where anybody could change the page")
            target = after
        raise FetchFailed(f"the server redirects more than {self.limits.redirects} times")

    def _ask(self, target: FetchTarget, known: Validators, deadline: float) -> Fetched | str:
        """Make one request; return what the server sent, or the address that it redirects to."""
        sock = self._connected(target, deadline)
        watch = None
        try:
            if target.secure:
                sock = self._secured(sock, target.host)
            watch = threading.Timer(max(0.0, deadline - self.clock()), _cut, [sock])
            watch.daemon = True
            watch.start()
            answer = self._exchange(sock, target, known)
            if self.clock() >= deadline:  # cut off: what was read may be a part that looks whole
                raise TimeoutError
            return answer
        except (OSError, http.client.HTTPException, ValueError) as err:
            raise FetchFailed(self._fault(err, deadline)) from err
        finally:
            if watch is not None:
                watch.cancel()
            sock.close()

    def _secured(self, sock: socket.socket, host: str) -> socket.socket:
        """Return the socket under TLS, with the certificates that the system trusts; the handshake is still to come."""
        return ssl.create_default_context().wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)

    def _connected(self, target: FetchTarget, deadline: float) -> socket.socket:
        try:
            addresses = self.network.resolve(target.host, target.port)
        except (OSError, UnicodeError) as err:
            raise FetchFailed(f"the host {target.host} is not known; check the address and the connection") from err
        check_addresses(addresses, allow_private=self.allow_private)
        for address in addresses[:_TRIED]:
            patience = min(self.limits.stall_s, deadline - self.clock())
            if patience <= 0:
                break
            try:
                sock = self.network.connect(address, target.port, patience)
            except OSError:
                continue
            sock.settimeout(self.limits.stall_s)
            return sock
        raise FetchFailed(f"the host {target.host} cannot be reached")

    def _exchange(self, sock: socket.socket, target: FetchTarget, known: Validators) -> Fetched | str:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = sock
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in _headers(target, known).items():
            connection.putheader(name, value)
        connection.endheaders()
        with connection.getresponse() as response:
            return self._answered(response, target, known)

    def _answered(self, response: http.client.HTTPResponse, target: FetchTarget, known: Validators) -> Fetched | str:
        if response.status in _REDIRECTS and (address := response.headers.get("Location")):
            return str(address).encode("latin-1", "replace").decode("utf-8", "replace")
        if response.status == 304 and (known.etag or known.modified):
            return _fetched(target, response.headers, b"", unchanged=True)
        if response.status != 200:
            raise FetchFailed(_refusal(response.status))
        return _fetched(target, response.headers, self._body(response))

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := response.read(_CHUNK):
            size += len(piece)
            if size > self.limits.size:
                raise FetchFailed(f"the page is over {self.limits.size // 1_000_000} MB")
            pieces.append(piece)
        if response.length:
            raise FetchFailed("the connection ended before the page did; try again")
        encoding = str(response.headers.get("Content-Encoding", ""))
        try:
            return decoded_body(b"".join(pieces), encoding, chunked=False, limit=self.limits.size)
        except UnreadableError as err:
            raise FetchFailed(f"the page {err}") from err

    def _fault(self, err: Exception, deadline: float) -> str:
        if isinstance(err, ssl.SSLCertVerificationError):
            return f"the server's certificate is not valid ({err.verify_message})"
        if self.clock() >= deadline:
            return f"the server took longer than {self.limits.seconds:.0f} s"
        if isinstance(err, TimeoutError):
            return f"the server was silent for {self.limits.stall_s:.0f} s"
        if isinstance(err, ssl.SSLError):
            return "no secure connection could be made"
        return "the connection broke, or the server does not speak HTTP; try again"


def _headers(target: FetchTarget, known: Validators) -> Mapping[str, str]:
    standard = target.port == (443 if target.secure else 80)
    host = f"[{target.host}]" if ":" in target.host else target.host
    headers = {
        "Host": host if standard else f"{host}:{target.port}",
        "User-Agent": USER_AGENT,
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


def _fetched(target: FetchTarget, headers: Message, body: bytes, *, unchanged: bool = False) -> Fetched:
    return Fetched(
        url=target.url,
        body=body,
        content_type=headers.get_content_type() if headers.get("Content-Type") else "",
        charset=charset_of(headers),
        etag=_kept(headers, "ETag"),
        modified=_kept(headers, "Last-Modified"),
        unchanged=unchanged,
    )


def _kept(headers: Message, name: str) -> str:
    """Return a header that will be sent back: printable ASCII of a bounded length, else nothing."""
    value = str(headers.get(name, "")).strip()
    return value if value.isascii() and value.isprintable() and len(value) <= 1000 else ""


def _refusal(status: int) -> str:
    words = {401: "sign in", 402: "paid", 403: "forbidden", 404: "not found", 410: "gone", 429: "too many requests"}
    reason = words.get(status) or http.client.responses.get(status, "unknown")
    return f"the server answers {status} ({reason})" + (
        "; try again later" if status in (429, 500, 502, 503, 504) else ""
    )


def _cut(sock: socket.socket) -> None:
    """End a connection that takes too long, even while another thread waits for it."""
    with suppress(OSError, ValueError):  # it ended in the meantime
        sock.shutdown(socket.SHUT_RDWR)


_WEB_PAGE = ("text/html", "application/xhtml+xml")  # feeds and PDF files are often served under these names
_NO_ARTICLES = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")


def is_address(place: str) -> bool:
    """Whether what a user names is a web address rather than a path."""
    return place.lower().startswith(("http://", "https://"))


def without_fragment(url: str) -> str:
    """Return the address as an article's name: without its fragment, which the server never sees."""
    return url.strip().partition("#")[0]


def read_address(fetcher: Fetcher, url: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """Yield the articles at a web address. One that cannot be fetched, or holds none, is `Skipped` with the reason."""
    try:
        page = fetcher.fetch(url)
    except FetchError as err:
        yield Skipped(source=without_fragment(url), reason=str(err))
        return
    yield from read_fetched(page, without_fragment(url), fields)


def read_fetched(page: Fetched, source: str, fields: FieldMap = GUESS) -> Iterator[Item]:
    """Yield the articles of a fetched page, identified by `source`, the address that was asked for."""
    if page.content_type.startswith(_NO_ARTICLES):
        yield Skipped(source=source, reason=f"is {page.content_type}, not an article")
        return
    name = page.url.partition("?")[0].rpartition("/")[2]
    known = format_of_page(page, name)
    document = of_bytes(page.body, name, source, known_format=known, url=page.url, charset=page.charset, fields=fields)
    yield from read_document(document)


def format_of_page(page: Fetched, name: str) -> FileFormat:
    """Return the format of what a server sent: as declared, else by the name, else by the first bytes.

    The first bytes come first for formats that servers send as web pages.
    """
    declared = format_by_type(page.content_type)
    begins = format_by_bytes(page.body)
    if begins.mislabelled and (declared is None or page.content_type in _WEB_PAGE):
        return begins
    by_name = format_by_name(name) if page.content_type in ("", "application/octet-stream") else None
    return declared or by_name or begins
