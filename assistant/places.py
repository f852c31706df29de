"""Where a library stands: in a folder, or in a PostgreSQL database that a URL names.

A password is kept apart from all that is shown: neither `str` nor `repr` of a place holds it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from assistant.errors import UsageError

_SCHEMES = ("postgresql", "postgres")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_PASSED_ON = frozenset({"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "gssencmode"})
_FORM = "postgresql://USER@HOST/DATABASE or postgresql://USER@HOST/DATABASE?schema=NAME"
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)  # a folder's name may hold the signs farther on
_SECRET = re.compile(r"(?<=://)([^/@\s]*?):[^/\s]*@|(?<=password=)[^&\s]*")


class DatabasePlace:
    """A database, one schema of which holds a library."""

    __slots__ = ("_password", "_shown", "database", "options", "schema")

    def __init__(self, url: str) -> None:
        """Raise `UsageError` for a URL that names no such database."""
        parts, values = _parsed(url)
        self.schema = values.pop("schema", "")
        if self.schema and not _SCHEMA.fullmatch(self.schema):
            raise UsageError(f"{masked_url(url)}: a schema's name is of small letters, digits and _.")
        self.database = unquote(parts.path.removeprefix("/"))
        options = {"host": parts.hostname, "port": parts.port, "user": unquote(parts.username or "")} | values
        self.options = {name: str(value) for name, value in options.items() if value}  # as libpq names them
        self._password = unquote(parts.password or "")
        address = parts.netloc.rpartition("@")[2]
        user = f"{quote(unquote(parts.username))}@" if parts.username else ""
        asked = [*values.items(), *([("schema", self.schema)] if self.schema else [])]
        query = "&".join(f"{name}={quote(value, safe='/')}" for name, value in asked)
        self._shown = f"postgresql://{user}{address}{parts.path}" + (f"?{query}" if query else "")

    @property
    def has_password(self) -> bool:
        """Whether the URL itself holds a password."""
        return bool(self._password)

    @property
    def server(self) -> str:
        """Its address, as people write it."""
        return ":".join(self.options[name] for name in ("host", "port") if name in self.options) or "its default place"

    def password(self) -> str:
        """Return the password of the URL, "" for none; only for the connection."""
        return self._password

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"DatabasePlace({self._shown!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatabasePlace) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._shown)


LibraryPlace: TypeAlias = Path | DatabasePlace


def place_of(value: str | Path | DatabasePlace) -> LibraryPlace:
    """Return the place that a person or a saved chat names. Raises `UsageError` for a URL that cannot be one."""
    if isinstance(value, str) and _URL.match(value):
        return DatabasePlace(value)
    return value if isinstance(value, DatabasePlace) else Path(value).expanduser()


def full_name(place: LibraryPlace) -> str:
    """Return what saved chats call a place: an absolute path, or the URL without a password."""
    return str(place.resolve()) if isinstance(place, Path) else str(place)


def short_name(place: str) -> str:
    """Return the name of the folder or of the database that `full_name` ends in, "" for none."""
    return unquote(urlsplit(place).path.rpartition("/")[2]) if _URL.match(place) else Path(place).name


def masked_url(text: str) -> str:
    """Return a text in which the passwords of URLs are replaced by ***."""
    return _SECRET.sub(lambda found: f"{found[1]}:***@" if found[1] is not None else "***", text)


def _parsed(url: str) -> tuple[SplitResult, dict[str, str]]:
    shown = masked_url(url)
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number
        values = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise UsageError(f"{shown} is no address of a database: {_FORM}.") from None
    if parts.scheme not in _SCHEMES:
        raise UsageError(f"{shown} is neither a folder nor a PostgreSQL database: {_FORM}.")
    if not parts.path.strip("/"):
        raise UsageError(f"{shown} names no database: {_FORM}.")
    if unknown := sorted(values.keys() - _PASSED_ON - {"schema"}):
        raise UsageError(
            f"{shown}: {unknown[0]!r} cannot be set there; known are schema, {', '.join(sorted(_PASSED_ON))}."
        )
    return parts, values
