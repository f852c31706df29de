"""A Chroma server: the only module that imports `chromadb`'s HTTP client.

What is sent waits 3 s for a connection and `timeout` for a reply: left to itself the client waits for ever. A server
that is away, refuses or reports a fault of its own raises `IndexUnreachable` with its address. None of these says that
what it holds is damaged: a full disk and a broken graph look alike from here. Reads are tried once more when the
connection broke, as it does when a server was started anew; writes are not.

Nothing goes out but what a caller asks for: the client object that would report its start and look for a user, a tenant
and a database is left out, what it stands on is used directly. `authors` is a list here (vectors kept in files have a
key for each author), since a hosted Chroma limits the length and the number of keys.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import IndexUnreachable
from assistant.library.embedders.base import FloatMatrix
from assistant.library.index import DamagedIndexError, FilterFields, Hit, day_to_int
from assistant.library.vector_spans import MOST_IN_ONE
from assistant.library.vectors import EF_SEARCH
from assistant.records import Filters

if TYPE_CHECKING:
    from chromadb.api.fastapi import FastAPI
    from chromadb.api.models.Collection import Collection
    from httpx import Response

T = TypeVar("T")
About = Mapping[str, str | int]  # what is noted in a collection's metadata

ENGINE = "chroma-server"
_CONNECT_S = 3.0
_PAGE = 20_000  # keys read at a time
_LISTED = 1000  # collections named at a time
# Vectors between two writes of a collection's files. Each write puts the table of all ids down anew: at a million
# vectors Chroma's own 1,000 comes to 14 GB in all. What is not written yet is read from its log when it is started.
_SYNC = 50_000


class CollectionGone(DamagedIndexError):
    """The server answers, and has no such collection (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlaces:
    """Where vectors are kept instead of in the library's folder."""

    urls: tuple[str, ...]
    token: str = field(default="", repr=False)  # sent with every request; "" for none
    timeout: float = 60.0  # seconds a server may stay silent
    most: int = MOST_IN_ONE  # passages in one collection

    def servers(self) -> tuple[ChromaServer, ...]:
        """The servers; nothing is asked of them yet."""
        return tuple(ChromaServer(url, self.token, self.timeout) for url in self.urls)


class ChromaServer:
    """One server, for several threads. Every method raises `IndexUnreachable`."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        """Nothing is asked yet."""
        self.url = url
        self._token = token
        self._timeout = timeout
        self._connecting = threading.Lock()
        self._connected: FastAPI | None = None
        self._batch = 0

    def version(self) -> str:
        """Return the version that the server says it has."""
        return self.read(lambda api: api.get_version())

    def batch_size(self) -> int:
        """Return the number of passages that it takes at once."""
        self._batch = self._batch or self.read(lambda api: api.get_max_batch_size())
        return self._batch

    def find(self, name: str) -> ServerCollection | None:
        """Return a collection, None when there is none of that name."""
        try:
            found = self.read(lambda api: api.get_collection(name))
        except CollectionGone:
            return None
        return ServerCollection(self, _collection(self._api(), found))

    def create(self, name: str, about: About) -> ServerCollection:
        """Make an empty collection; its name must be a new one."""
        from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration

        hnsw = CreateHNSWConfiguration(
            space="cosine", max_neighbors=16, ef_construction=128, ef_search=EF_SEARCH, sync_threshold=_SYNC
        )
        made = CreateCollectionConfiguration(hnsw=hnsw, embedding_function=None)
        model = self.write(lambda api: api.create_collection(name, configuration=made, metadata=dict(about)))
        return ServerCollection(self, _collection(self._api(), model))

    def drop(self, name: str) -> None:
        """Delete a collection; an unknown one is ignored."""
        with suppress(CollectionGone):
            self.write(lambda api: api.delete_collection(name))

    def collections(self) -> Iterator[tuple[str, About]]:
        """Yield the name of every collection, those of others too, and what is noted in it."""
        at = 0
        while page := self.read(lambda api, at=at: api.list_collections(_LISTED, at)):  # type: ignore[misc]
            yield from ((model.name, _noted(model.metadata)) for model in page)
            at += len(page)

    def close(self) -> None:
        """Let go of its connections; the next call makes new ones."""
        with self._connecting:
            if self._connected is not None:
                self._connected._session.close()  # nothing public closes it
            self._connected = None

    def read(self, call: Callable[[FastAPI], T]) -> T:
        """Return what a call brings that changes nothing, made once more when the connection breaks."""
        return self._call(call, tries=2)

    def write(self, call: Callable[[FastAPI], T]) -> T:
        """Return what a call brings."""
        return self._call(call, tries=1)

    def _call(self, call: Callable[[FastAPI], T], tries: int) -> T:
        import httpx
        from chromadb.errors import NotFoundError

        while True:
            tries -= 1
            try:
                return call(self._api())
            except NotFoundError as error:
                raise CollectionGone(str(error)) from error
            except httpx.TimeoutException as error:
                raise self._away("does not answer in time") from error
            except httpx.TransportError as error:
                if not tries:
                    raise self._away(f"cannot be reached ({error})") from error

    def _away(self, why: str) -> IndexUnreachable:
        return IndexUnreachable(
            f"The server of the vector index, {self.url}, {why}. See that it runs, then try again: nothing is lost."
        )

    def _api(self) -> FastAPI:
        with self._connecting:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected

    def _connect(self) -> FastAPI:
        import httpx
        from chromadb.api.fastapi import FastAPI
        from chromadb.config import Settings, System

        headers = {"Authorization": f"Bearer {self._token}", "X-Chroma-Token": self._token} if self._token else {}
        system = System(
            Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=self.url,
                chroma_server_http_port=80,  # not used: the address is a whole one
                chroma_server_ssl_enabled=self.url.startswith("https:"),
                chroma_server_headers=headers,
            )
        )
        api = system.instance(FastAPI)
        session = api._session  # no setting reaches it
        session.timeout = httpx.Timeout(self._timeout, connect=_CONNECT_S)
        session.event_hooks = {"response": [self._refuse_faults]}
        return api

    def _refuse_faults(self, response: Response) -> None:
        """Raise for every reply that is an error, but that something is not there."""
        if not response.is_error:
            return
        response.read()
        if response.status_code == 404 and "NotFoundError" in response.text:
            return
        # What is left of one while it is being deleted:
        if any(words in response.text for words in ("Error getting collection", "Missing field")):
            raise CollectionGone(response.text)
        if response.status_code in (401, 403):
            raise self._away(f"refuses access ({response.status_code}): set chroma_token")
        words = " ".join(response.text.split())[:200]
        raise self._away(f"reports a fault ({response.status_code} {words})")


class ServerCollection:
    """A collection on a server. Every method raises `IndexUnreachable` and `CollectionGone`."""

    def __init__(self, server: ChromaServer, collection: Collection) -> None:
        self.server = server
        self._collection = collection

    @property
    def name(self) -> str:
        """Its name."""
        return self._collection.name

    @property
    def about(self) -> About:
        """What was noted in it when it was found."""
        return _noted(self._collection.metadata)

    def note(self, about: About) -> None:
        """Note something in it, in the place of what was noted."""
        self.server.write(lambda _: self._collection.modify(metadata=dict(about)))

    def count(self) -> int:
        """Return the number of passages in it."""
        return self.server.read(lambda _: self._collection.count())

    def keys(self) -> list[int]:
        """Return the keys of all passages in it, read a page at a time."""
        found: list[int] = []
        while page := self._got(limit=_PAGE, offset=len(found), include=[])["ids"]:
            found += map(int, page)
        return found

    def held(self, keys: Sequence[int]) -> dict[int, Mapping[str, object]]:
        """Return those of these passages that are in it, with their fields."""
        found = self._got(ids=[str(key) for key in keys], include=["metadatas"])
        return {int(key): row or {} for key, row in zip(found["ids"], found["metadatas"], strict=True)}

    def add(self, fields: Mapping[int, FilterFields], vectors: FloatMatrix) -> None:
        """Add passages with their vectors, [n, d], in the same order."""
        rows: Any = [_row(known) for known in fields.values()]
        ids = [str(key) for key in fields]
        self.server.write(lambda _: self._collection.upsert(ids=ids, embeddings=vectors, metadatas=rows))

    def relabel(self, fields: Mapping[int, FilterFields], held: Mapping[int, Mapping[str, object]]) -> None:
        """Replace the fields of passages that are in it; what is no longer known of one is taken away."""
        rows: Any = [dict.fromkeys(held[key]) | _row(known) for key, known in fields.items()]
        self.server.write(lambda _: self._collection.update(ids=[str(key) for key in fields], metadatas=rows))

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages; unknown keys are ignored."""
        ids = [str(key) for key in keys]
        self.server.write(lambda _: self._collection.delete(ids=ids))

    def search(self, vector: FloatMatrix, limit: int, filters: Filters) -> list[Hit]:
        """Return the passages nearest to the vector, [1, d], that pass the filters, by cosine, best first."""
        asked: Any = {"query_embeddings": vector, "n_results": limit, "where": _where(filters)}
        found = self.server.read(lambda _: self._collection.query(**asked, include=["distances"]))
        distances = (found["distances"] or [[]])[0]
        return [Hit(int(key), 1.0 - distance) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def _got(self, **asked: Any) -> Any:
        return self.server.read(lambda _: self._collection.get(**asked))


def _collection(api: FastAPI, model: Any) -> Collection:
    from chromadb.api.models.Collection import Collection

    return Collection(client=api, model=model, embedding_function=None)


def _noted(metadata: Any) -> About:
    return {name: value for name, value in (metadata or {}).items() if isinstance(value, (str, int))}


def _row(fields: FilterFields) -> dict[str, Any]:
    row: dict[str, Any] = {"outlet": fields.outlet.casefold()}
    if fields.published is not None:
        row["published"] = fields.published
    if fields.authors:
        row["authors"] = [author.casefold() for author in fields.authors]
    return row


def _where(filters: Filters) -> Any:
    days = [(sign, day) for sign, day in (("$gte", filters.since), ("$lte", filters.until)) if day]
    terms: list[dict[str, Any]] = [{"published": {sign: day_to_int(day)}} for sign, day in days]
    if filters.outlets:
        terms.append({"outlet": {"$in": [outlet.casefold() for outlet in filters.outlets]}})
    if filters.authors:
        authors: list[dict[str, Any]] = [{"authors": {"$contains": name.casefold()}} for name in filters.authors]
        terms.append(authors[0] if len(authors) == 1 else {"$or": authors})
    if len(terms) > 1:
        return {"$and": terms}
    return terms[0] if terms else None
