"""What `assistant serve` does: from its options to a running server."""

from __future__ import annotations

import ipaddress
import json
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import platformdirs

from assistant.app import Assistant
from assistant.errors import AssistantError, UsageError
from assistant.serve.access import Access, read_token
from assistant.serve.origins import LOOPBACK, Names
from assistant.serve.service import Evaluations, Service, holdings_line
from assistant.settings import APP

PORT = 8484
_ASKING_S = 2.0
_TURN_S = 0.0005  # for which a thread computes while others wait: Python's own 5 ms are waited for at each statement in
# SQL, so that a page takes 44 ms beside one thread that computes and 92 beside two; so it takes 33 and 61
_SETTLED_S = 1.0  # after which a server that has just started loads its models: the first page goes before
_HEALTHY = 64  # bytes of the reply of a server that lives


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How a server is reached."""

    host: str = "127.0.0.1"
    port: int = PORT  # 0 takes a free one
    open_browser: bool = False
    token: bool = True
    token_file: Path | None = None  # None for the usual place
    allowed: tuple[str, ...] = ()  # further names that it may be called by
    public_url: str = ""
    allow_ingest: bool = False  # whoever is let in may add articles
    evaluations: Callable[[], Evaluations | None] = lambda: None  # looks for the kept runs


class Started(NamedTuple):
    """What a person or a program is told when the server runs."""

    url: str
    login: str  # the address that lets one browser in; the same as `url` where no token is needed
    library: str
    holds: str
    model: str  # "" for none
    warnings: tuple[str, ...]


def token_file() -> Path:
    """Return where the token is kept unless another place is named."""
    return platformdirs.user_data_path(APP) / "serve" / "token"


def is_served(port: int) -> bool | None:
    """Whether a server of ours answers on this machine's `port`; False for another program, None for nobody."""
    asking = HTTPConnection(LOOPBACK[0], port, timeout=_ASKING_S)
    try:
        asking.request("GET", "/health")
        found: object = json.loads(asking.getresponse().read(_HEALTHY))
        return found == {"status": "ok"}
    except ConnectionRefusedError:
        return None
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        asking.close()


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://["
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not (parts.path.strip("/") or parts.query)


def checked_options(options: ServeOptions) -> tuple[str, ...]:
    """Return what to warn of. Raises `UsageError` for what is not safe, or cannot be."""
    if options.public_url and not _is_origin(options.public_url):
        raise UsageError("--public-url looks like https://archive.example.org, without a path.")
    if _is_loopback(options.host):
        return ()
    if not options.token:
        raise UsageError(
            f"{options.host} can be reached from other machines: that needs a token. Leave out --no-token."
        )
    if not (options.allowed or options.public_url):
        raise UsageError(f"{options.host} can be reached from other machines. Say under which name: --allow-host NAME")
    return (
        "Other machines can reach this server, and what they send is not encrypted: put it behind a proxy that is.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve_archive(assistant: Assistant, options: ServeOptions, told: Callable[[Started], None]) -> None:
    """Serve the archive until Ctrl-C; `told` is called once requests are taken. Raises `UsageError`."""
    from assistant.serve.listening import listening, run_server
    from assistant.serve.routes import error_for, routes
    from assistant.serve.web import application

    sys.setswitchinterval(_TURN_S)
    warnings = checked_options(options)
    token = read_token(options.token_file or token_file()) if options.token else ""
    bound = listening(options.host, options.port)
    port = bound.getsockname()[1]
    service = Service(
        assistant=assistant,
        access=Access(token, port=port, secure=options.public_url.startswith("https")),
        names=Names.of(port, options.allowed, options.public_url),
        own_url=_own_url(options.host, port),
        public_url=options.public_url.rstrip("/"),
        evaluations=options.evaluations,
        allow_ingest=options.allow_ingest,
    )
    started = _started(service, warnings)
    warming = threading.Timer(_SETTLED_S, _warm_up, (assistant,))
    warming.daemon = True
    service.offered.names(assistant)  # the first page then knows what may be chosen
    told(started)
    if options.open_browser:
        webbrowser.open(started.login)
    made = application(service, routes(), error_for)
    warming.start()
    try:
        run_server(made, bound, ended=service.jobs.close)
    finally:
        warming.cancel()


def _warm_up(assistant: Assistant) -> None:
    with suppress(AssistantError):  # whoever asks is told
        assistant.warm_up()


def _own_url(host: str, port: int) -> str:
    name = host if _is_loopback(host) else LOOPBACK[0]
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _started(service: Service, warnings: tuple[str, ...]) -> Started:
    held = service.assistant.status()
    url = service.public_url or service.own_url
    return Started(
        url=url,
        login=f"{url}/login?code={service.access.new_code()}" if service.access.required else url,
        library=held.folder,
        holds=holdings_line(held),
        model=service.assistant.model_name,
        warnings=warnings,
    )
