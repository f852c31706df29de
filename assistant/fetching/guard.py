"""Which web addresses may be fetched: the guard against a page or a feed that points into one's own network.

An address in a feed, or the target of a redirect, is chosen by a stranger. Without a guard it could name a router, a
printer, a database or a cloud machine's metadata service, and the answer would end up in the archive. What is refused:

    schemes       all but http and https
    credentials   a name or password in the address
    ports         all but 80, 443, 8080 and 8443; others are services that were never meant to be asked like that
    addresses     every one that is not public: loopback, private, link-local, shared, multicast, reserved, and IPv6
                  addresses that stand for such an IPv4 address. All addresses of a name must be public: one that is not
                  among them refuses the name.

`allow_private` admits private and loopback addresses and any port, for an intranet. Link-local addresses and the
metadata services of the large clouds stay refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from assistant.errors import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST = 4000  # characters of an address
_PORTS = (80, 443, 8080, 8443)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
_SAFE_IN_PATH = "/%:=&?~#+!$,;'@()*[]-._"  # reserved characters stay as written; others are percent-encoded

# Where clouds answer with keys: AWS, Azure and GCP share the first, which is link-local; the others are not.
_METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
    )
)
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class FetchTarget:
    """An address that passed the guard, taken apart; nothing is resolved yet."""

    url: str  # without its fragment
    secure: bool
    host: str  # as sent and as the certificate must say: ASCII
    port: int
    path: str  # with the query; begins with "/"


def target_of(url: str, *, allow_private: bool = False) -> FetchTarget:
    """Take an address apart. Raises `FetchRefused`, with the reason, for one that may not be fetched."""
    url = url.strip()
    if len(url) > _LONGEST or _UNSAFE.search(url):
        raise FetchRefused("the address is too long or holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (
            (parts.hostname or "").encode("idna").decode("ascii")
            if ":" not in (parts.hostname or "")
            else parts.hostname
        )
    except ValueError as err:  # a broken IPv6 address, a port that is no number, a label that is too long
        raise FetchRefused("the address is malformed") from err
    if parts.scheme not in ("http", "https"):
        raise FetchRefused("only http and https addresses are fetched")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("the address holds a name or a password; leave them out")
    if not host or "%" in host:
        raise FetchRefused("the address names no host")
    secure = parts.scheme == "https"
    port = port if port is not None else (443 if secure else 80)
    if not 1 <= port <= 65535 or (port not in _PORTS and not allow_private):
        raise FetchRefused(f"port {port} is none that web pages are served from")
    path = quote(parts.path or "/", safe=_SAFE_IN_PATH)
    query = f"?{quote(parts.query, safe=_SAFE_IN_PATH)}" if parts.query else ""
    return FetchTarget(parts._replace(fragment="").geturl(), secure, host, port, path + query)


def check_addresses(addresses: list[str], *, allow_private: bool = False) -> list[str]:
    """Return the same addresses. Raises `FetchRefused` unless every one may be connected to, and for none at all."""
    if not addresses:
        raise FetchRefused("the host has no address")
    for address in addresses:
        if reason := fault_of(address, allow_private=allow_private):
            raise FetchRefused(f"the host's address {address} is {reason}, not on the public internet")
    return addresses


def fault_of(address: str, *, allow_private: bool = False) -> str:
    """Return what is wrong with an IP address; "" for one that may be connected to."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "no IP address"
    for meant in (ip, *_within(ip)):
        if meant in _METADATA:
            return "a metadata service"
        if meant.is_link_local or meant.is_multicast or meant.is_unspecified:
            return "link-local, multicast or unspecified"
        site_local = isinstance(meant, ipaddress.IPv6Address) and meant.is_site_local
        if not allow_private and (not meant.is_global or meant.is_reserved or site_local):
            return "private or reserved"
    return ""


def _within(ip: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64, and the old form."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found: list[Address | None] = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _NAT64) or (ip in _COMPATIBLE and int(ip) > 1):
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in found if address is not None]
