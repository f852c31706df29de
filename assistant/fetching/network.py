"""Names to addresses, and connections to them: the two things that a test replaces."""

from __future__ import annotations

import socket
from typing import Protocol


class Network(Protocol):
    """What `fetch` needs of the network."""

    def resolve(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host. Raises `OSError` when it has none."""

    def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """A connection to an IP address. Raises `OSError`."""


class Internet:
    """The real network."""

    def resolve(self, host: str, port: int) -> list[str]:
        """As the system resolves names, IPv4 first: it is reachable wherever IPv6 is only said to be."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
        return sorted(addresses, key=lambda address: ":" in address)

    def connect(self, address: str, port: int, timeout_s: float) -> socket.socket:
        """To the address itself: no name is resolved again, so what was checked is what is connected to."""
        return socket.create_connection((address, port), timeout=timeout_s)
