"""The border to the `openai` library: how servers are connected to, and what their failures mean to a user.

`openai` is imported when the first server is asked (it takes 0.8 s). Everything else in the program meets only the
error family of `assistant.errors`: wrap each use of a client in `translated_errors`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, ModelError, ModelOverloaded, ModelRefused, ModelUnreachable, UsageError
from assistant.llm.cancel import Cancel, active_cancel

if TYPE_CHECKING:
    import httpx2
    import openai

OPENAI_URL = "https://api.openai.com/v1"
MAX_RETRIES = 2  # after the first attempt; waits 0.5 to 8 s, or what the server asks for (Retry-After), up to 120 s
CONNECT_S = 10.0  # seconds a server may take to accept a connection
_NO_KEY = "none"  # sent to servers that need no key: the library insists on sending one
_ADDRESS_EXAMPLE = "It looks like http://localhost:11434/v1 (OPENAI_BASE_URL)."
_SHOWN = 200  # characters of a server's own explanation that are passed on

_ADDRESS_REMEDY = "Check the server's address (OPENAI_BASE_URL); most end in /v1."
_CONNECTION_REMEDY = "Check that it is running and that its address (OPENAI_BASE_URL) is right."
_TIMEOUT_REMEDY = "Check that it is running, or allow more time with ASSISTANT_TIMEOUT."
_REMEDIES = {  # by status; any other 4xx has the remedy of 400
    400: "Check the model's name and the settings of the server.",
    401: "Check the key (OPENAI_API_KEY).",
    403: "Check that the key (OPENAI_API_KEY) may use this model.",
    404: f"Check the model's name. {_ADDRESS_REMEDY}",
}
_PASSING = (408, 409)  # the server asks to try again


class Connection:
    """A server that is connected to when it is first asked. Its client is not pickled with it."""

    def __init__(
        self, base_url: str | None, api_key: str | None, *, timeout_s: float, max_retries: int = MAX_RETRIES
    ) -> None:
        """See `connect`."""
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._max_retries = max_retries

    @cached_property
    def client(self) -> openai.OpenAI:
        """The client, made now if there is none yet."""
        return connect(self._base_url, self._api_key, timeout_s=self._timeout_s, max_retries=self._max_retries)

    def close(self) -> None:
        """Close the connections; a later use opens them again."""
        if "client" in vars(self):
            self.client.close()
            del self.client

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the client."""
        return {name: value for name, value in vars(self).items() if name != "client"}


def connect(
    base_url: str | None,
    api_key: str | None,
    *,
    timeout_s: float,
    http_client: httpx2.Client | None = None,
    max_retries: int = MAX_RETRIES,
) -> openai.OpenAI:
    """A client for OpenAI's own server, or for the OpenAI-compatible one at `base_url`.

    `timeout_s` is the silence, in seconds, after which an attempt is given up. Connection faults, time-outs, 408, 409,
    429 and 5xx are tried again by the client, at most `max_retries` times; nothing else in the program retries. Raises
    `UsageError` for an address or a key that cannot be one, and `ModelRefused` when OpenAI's server is meant and no key
    is set; other servers may need none.
    """
    address = base_url or OPENAI_URL
    host = _host(address)
    key = (api_key or "").strip()
    if not key and host == _host(OPENAI_URL):
        raise ModelRefused("OpenAI's server needs a key. Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server.")
    if not (key.isascii() and key.isprintable()):
        raise UsageError("The key holds characters that no key has. Copy it again into OPENAI_API_KEY.")
    import httpx2
    import openai

    try:
        made = openai.OpenAI(
            api_key=key or _NO_KEY,
            base_url=address,
            timeout=openai.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
            max_retries=max_retries,
            http_client=http_client,
        )
    except httpx2.InvalidURL as error:
        raise UsageError(f"The server's address cannot be read. {_ADDRESS_EXAMPLE}") from error
    made._client.event_hooks = {"request": [_make_stoppable]}  # there is no public way to the client that it makes
    return made


def _make_stoppable(request: httpx2.Request) -> None:
    """Have the request's connection cut off when the token in force is set, even while the server is still silent.

    Such a request gets a connection of its own, which is not kept: only while one is being made can it be got hold of.
    """
    if (cancel := active_cancel()) is not None:
        request.headers["Connection"] = "close"
        request.extensions = {**request.extensions, "trace": partial(_note_connection, cancel)}


def _note_connection(cancel: Cancel, event: str, info: Mapping[str, Any]) -> None:
    if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
        cancel.on_set(partial(_shut, info["return_value"].get_extra_info("socket")))


def _shut(connection: socket.socket) -> None:
    """End a connection in both directions, which wakes a thread that waits for it; closing it would not."""
    with suppress(OSError):  # it is gone already
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _host(address: str) -> str:
    """The host name of a server's address, checked."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"The server's address cannot be read. {_ADDRESS_EXAMPLE}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"The server's address must begin with http:// or https://. {_ADDRESS_EXAMPLE}")
    return parts.hostname


@contextmanager
def translated_errors(what: str) -> Iterator[None]:
    """Turn every failure of the `openai` library inside the block into one of `assistant.errors`.

    `what` names the server in the message, e.g. "the embedding server". Messages are one line and never hold the key.
    """
    import httpx2
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise ModelUnreachable(f"{_named(what, error)} did not answer in time. {_TIMEOUT_REMEDY}") from error
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise ModelUnreachable(f"{_named(what, error)} cannot be reached. {_CONNECTION_REMEDY}") from error
    except openai.APIStatusError as error:
        raise _by_status(what, error) from error
    except (openai.APIResponseValidationError, json.JSONDecodeError, httpx2.DecodingError) as error:
        raise unusable_reply(what, "it is not JSON in the form of OpenAI's interface") from error
    except openai.APIError as error:  # an error reported in the middle of a stream
        raise ModelOverloaded(f"{_named(what, error)} broke off{_said(error)}. Try again later.") from error
    except openai.OpenAIError as error:
        raise ModelError(f"{_capital(what)} could not be used ({type(error).__name__}). {_ADDRESS_REMEDY}") from error


def unusable_reply(what: str, why: str) -> ModelError:
    """The error for a reply that came but cannot be used; `why` says what is wrong with it."""
    return ModelError(f"{_capital(what)} sent a reply that cannot be used: {why}. {_ADDRESS_REMEDY}")


def no_interface(what: str, base_url: str) -> ModelError:
    """The error for a web page in place of a reply, with the address to try."""
    parts = urlsplit(base_url)
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    others = parts.path.rstrip("/").removesuffix("/v1")
    remedy = f"Try OPENAI_BASE_URL={host}{others}/v1" if "/v1" not in parts.path else _ADDRESS_REMEDY.rstrip(".")
    return ModelError(f"{_capital(what)} answers with a web page: {host} has no OpenAI interface there. {remedy}.")


def _by_status(what: str, error: openai.APIStatusError) -> AssistantError:
    status = error.status_code
    if status == 429:
        remedy = "Try again later, or check the account's limits."
        return ModelOverloaded(f"{_named(what, error)} limits requests (429){_said(error)}. {remedy}")
    if status in _PASSING or status >= 500:
        return ModelOverloaded(f"{_named(what, error)} failed ({status}){_said(error)}. Try again later.")
    if status in (401, 403):  # the server's own words may repeat the key
        return ModelRefused(f"{_named(what, error)} does not accept the key ({status}). {_REMEDIES[status]}")
    remedy = _REMEDIES.get(status, _REMEDIES[400])
    return ModelRefused(f"{_named(what, error)} refuses the request ({status}){_said(error)}. {remedy}")


def _named(what: str, error: Exception) -> str:
    """`what` and the host it is on, as the beginning of a sentence."""
    request = vars(error).get("request")  # of `openai`'s errors; those of httpx2 may have none
    return f"{_capital(what)} at {request.url.host}" if request is not None else _capital(what)


def _capital(what: str) -> str:
    return what[:1].upper() + what[1:]


def plain_line(words: object) -> str:
    """A server's or model's own words on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(words)).split())


def _said(error: openai.APIError) -> str:
    """The server's own explanation, as ": …" on one line, cut short, without control characters and without the key."""
    body = error.body
    words = body.get("message") if isinstance(body, dict) else body
    if not isinstance(words, str) or words.lstrip().startswith("<"):  # a web page explains nothing
        return ""
    key = error.request.headers.get("Authorization", "").removeprefix("Bearer ")
    words = words.replace(key, "…") if key else words
    line = plain_line(words)
    shown = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
    return f": {shown.rstrip('.')}" if shown else ""
