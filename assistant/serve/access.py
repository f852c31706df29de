"""The token of a server: where it is kept, and the three ways to show that one has it.

    Authorization: Bearer TOKEN     programs
    a cookie                        browsers; not the token itself, but made with it
    a code in an address            once, within ten minutes: it is what `assistant serve` prints, and becomes a cookie

Everything is compared in constant time.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from assistant.errors import UsageError
from assistant.serve.exchange import WebError

_BYTES = 32  # of a token: 256 bits
_CODE_S = 600.0
_COOKIE_S = 30 * 24 * 3600
_WRONG = 20  # in `_WINDOW_S`
_ASKED = 30  # in `_WINDOW_S`
_WINDOW_S = 60.0


def read_token(file: Path) -> str:
    """Return the token kept in `file`, which is made if there is none. Raises `UsageError` if others can read it."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return new_token(file)
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"Others can read the token in {file}. Take that from them: chmod 600 {file}")
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The token in {file} cannot be read. Make a new one: assistant token --new") from error
    if len(token) < _BYTES:
        raise UsageError(f"The token in {file} is too short. Make a new one: assistant token --new")
    return token


def new_token(file: Path) -> str:
    """Make a new token and keep it in `file`, for its owner alone; whoever has the old one is let in no more."""
    token = secrets.token_urlsafe(_BYTES)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            file.unlink()
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(token + "\n")
    except OSError as error:
        raise UsageError(f"The token cannot be kept in {file} ({error.strerror or error}).") from error
    return token


class Throttle:
    """So many times in a minute, by whoever."""

    def __init__(self, most: int, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`what` says what was done too often."""
        self._most = most
        self._what = what
        self._clock = clock
        self._times: deque[float] = deque()
        self._lock = threading.Lock()

    def count(self) -> None:
        """Count one. Raises `WebError` 429 when that is one too many."""
        self.check()
        with self._lock:
            self._times.append(self._clock())

    def forget(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._times.clear()

    def check(self) -> None:
        """Raise `WebError` 429 when another one would be too many."""
        with self._lock:
            now = self._clock()
            while self._times and now - self._times[0] > _WINDOW_S:
                self._times.popleft()
            if len(self._times) >= self._most:
                wait = max(1, round(_WINDOW_S - (now - self._times[0])))
                raise WebError(429, f"{self._what} Try again in {wait} s.", headers={"Retry-After": str(wait)})


class Access:
    """Who has the token. With "" for one, everybody does."""

    def __init__(self, token: str, *, port: int, secure: bool = False, clock: Callable[[], float] = time.time) -> None:
        """`secure`: browsers reach the server by https."""
        self.required = bool(token)
        self.cookie_name = f"assistant_{port}"  # browsers give cookies to every port of a host
        self.asking = Throttle(_ASKED, "Too many questions in a minute.")
        self.wrong = Throttle(_WRONG, "Too many wrong tokens in a minute.")
        self._token = token.encode("utf-8")
        self._key = self._token or secrets.token_bytes(_BYTES)
        self._secure = secure
        self._clock = clock
        self._codes: dict[str, float] = {}
        self._lock = threading.Lock()

    def check(self, authorization: str, cookie: str) -> None:
        """Raise `WebError` unless one of the two fits."""
        if self.knows(cookie):
            return
        kind, _, given = authorization.partition(" ")
        if kind.lower() == "bearer" and given:
            self.check_token(given.strip())
            return
        raise WebError(401, "A token is needed. See it with: assistant token", headers={"WWW-Authenticate": "Bearer"})

    def knows(self, cookie: str) -> bool:
        """Whether a browser with this cookie is let in."""
        return not self.required or bool(cookie and self.cookie_fits(cookie))

    def check_token(self, given: str) -> None:
        """Raise `WebError` unless this is the token; too many wrong ones are not looked at."""
        self.wrong.check()
        if not hmac.compare_digest(_bytes(given), self._token):
            self.wrong.count()
            raise WebError(401, "That is not the token. See it with: assistant token")

    def new_code(self) -> str:
        """Return a code that lets one browser in, once."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = self._clock() + _CODE_S
        return code

    def spend(self, code: str) -> bool:
        """Whether the code is good; it is no more after that."""
        self.wrong.check()
        with self._lock:
            until = next((self._codes.pop(c) for c in list(self._codes) if _same(c, code)), None)
        if until is None or until < self._clock():
            self.wrong.count()
            return False
        return True

    def new_cookie(self) -> str:
        """Return the value of a cookie: random digits and the time, signed."""
        body = f"{secrets.token_urlsafe(16)}.{int(self._clock())}"
        return f"{body}.{self._signed('cookie', body)}"

    def cookie_header(self) -> str:
        """Return the header that gives a browser its cookie."""
        secure = "; Secure" if self._secure else ""
        return f"{self.cookie_name}={self.new_cookie()}; Path=/; Max-Age={_COOKIE_S}; HttpOnly; SameSite=Strict{secure}"

    def cookie_fits(self, value: str) -> bool:
        """Whether this server gave that cookie, under the present token, in the last 30 days."""
        body, _, signature = value.rpartition(".")
        if not _same(self._signed("cookie", body), signature):
            return False
        made = body.rpartition(".")[2]
        return made.isdigit() and self._clock() - int(made) < _COOKIE_S

    def form_token(self, cookie: str) -> str:
        """Return what a form of this browser carries, which another site's form cannot know."""
        return self._signed("form", cookie)

    def check_form(self, cookie: str, given: str) -> None:
        """Raise `WebError` unless a form of ours was sent."""
        if not _same(self.form_token(cookie), given):
            raise WebError(403, "The page is too old, or was not of this server. Load it again.")

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, _bytes(f"{purpose}:{text}"), "sha256").hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _same(ours: str, given: str) -> bool:
    return hmac.compare_digest(_bytes(ours), _bytes(given))
