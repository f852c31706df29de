"""Who may speak to the server at all: decided from the head of a request alone, before anything of it is used.

A page of another site can have a browser send requests to this machine. Its name can even be made to lead here (DNS
rebinding), and then nothing but the Host header tells. So the names under which the server may be called are a list,
compared exactly, and so are the origins that pages may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.serve.exchange import WebError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OWN = ("same-origin", "none")  # Sec-Fetch-Site of a page of ours, and of an address that a person typed

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types assistant"
)
_PERMISSIONS = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
HEADERS: Mapping[str, str] = {  # of every reply
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers call the origin of our own forms "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What a server may be called."""

    hosts: frozenset[str]  # as Host has them, in small letters: "127.0.0.1:8484"
    origins: frozenset[str]  # as Origin has them: "http://127.0.0.1:8484"

    @classmethod
    def of(cls, port: int, allowed: tuple[str, ...] = (), public_url: str = "") -> Names:
        """Return the names of a server on `port`: loopback, those `allowed`, with the port too, and its public one."""
        own = [f"[{name}]" if ":" in name else name for name in LOOPBACK]
        hosts = {f"{name}:{port}" for name in own} | ({*own} if port == 80 else set())
        hosts |= {name.lower() for given in allowed for name in (given, f"{given}:{port}")}
        origins = {f"http://{host}" for host in hosts}
        if public_url:
            parts = urlsplit(public_url)
            hosts.add(parts.netloc.lower())
            origins.add(f"{parts.scheme}://{parts.netloc.lower()}")
        return cls(frozenset(hosts), frozenset(origins))


def check_head(method: str, headers: Mapping[str, str], names: Names) -> None:
    """Raise `WebError` for a request that is not meant for this server, or comes from a foreign page.

    `headers` have their names in lower case.
    """
    if headers.get("host", "").lower() not in names.hosts:
        raise WebError(421, "This server is not called so. Name it with: assistant serve --allow-host NAME")
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in names.origins:
        raise WebError(403, "Pages of other sites may not use this server.")
    if headers.get("sec-fetch-site", "none") not in _OWN and not _is_visit(method, headers):
        raise WebError(403, "Pages of other sites may not use this server.")


def _is_visit(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a person followed a link to a page of ours, which any site may have."""
    return (
        method == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest", "document") == "document"
    )
