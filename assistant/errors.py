"""Every error a user may meet. Each message says what happened and what to do about it.

    AssistantError              exit code 1
    ├── UsageError              2   bad arguments, bad input, bad configuration
    ├── LibraryError            3   the library folder
    │   ├── LibraryMissing          there is none, or it is empty
    │   ├── LibraryLocked           another process is writing to it
    │   ├── IndexUnreachable    5   a server that keeps a search index does not answer
    │   ├── DatabaseUnreachable 5   nor does the one that keeps the catalog
    │   ├── WorkersUnreachable  5   nor does the cluster whose workers help with an ingest
    │   ├── EmbedderMismatch        it was made with another embedder
    │   ├── LibraryTooNew           it was made by a newer version of the program
    │   └── LibraryOutdated         it was made before the first release, in a data format that is no longer read
    ├── SessionError            1   a saved session
    │   └── SessionBusy             another process is writing to it
    ├── FetchError              1   a page or a feed of the web
    │   ├── FetchRefused        2   its address may not be fetched
    │   └── FetchFailed         5   no connection, an error of the server, or over a limit
    ├── Cancelled               1   stopped from another thread: see `llm.cancel`
    └── ModelError              1   the language model or the embedding server
        ├── ModelSilent         1   it wrote nothing: an empty reply, or all tokens spent on thinking
        ├── ModelRefused        4   wrong key, no permission, unknown model, bad request
        ├── ModelUnreachable    5   no connection, or no answer in time
        └── ModelOverloaded     6   rate limit, or a fault of the server

The command line prints one line for these, never a traceback. Anything else that escapes is a bug of ours and may show
one.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Shown to the user as one line."""

    exit_code = 1


class UsageError(AssistantError):
    """What the user asked for cannot be done as asked."""

    exit_code = 2


class LibraryError(AssistantError):
    """The library folder cannot be used as it is."""

    exit_code = 3


class LibraryMissing(LibraryError):
    """There is no library there, or no article in it."""


def missing(place: object) -> LibraryMissing:
    """What to raise where no library is."""
    return LibraryMissing(f"There is no library in {place}. Make one: assistant ingest FOLDER-OF-ARTICLES")


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class IndexUnreachable(LibraryError):
    """A search index on a server cannot be asked at the moment. It is most likely whole, and must not be rebuilt."""

    exit_code = 5


class DatabaseUnreachable(LibraryError):
    """The database server that holds the catalog cannot be asked at the moment. It is most likely whole."""

    exit_code = 5


class WorkersUnreachable(LibraryError):
    """The cluster whose workers help with an ingest cannot be used at the moment."""

    exit_code = 5


class EmbedderMismatch(LibraryError):
    """The library's vectors were made by another embedder."""


class LibraryTooNew(LibraryError):
    """The library was written by a newer version of the program."""


class LibraryOutdated(LibraryError):
    """The library was written by a development version, in a data format that is no longer read."""


class SessionError(AssistantError):
    """A saved session cannot be read or written as it is."""


class SessionBusy(SessionError):
    """Another process is writing to the session."""


class FetchError(AssistantError):
    """A page or a feed could not be fetched."""


class FetchRefused(FetchError):
    """The address may not be fetched: trying again will not help."""

    exit_code = 2


class FetchFailed(FetchError):
    """The server cannot be reached, answers with an error, or sends too much."""

    exit_code = 5


class Cancelled(AssistantError):
    """What was running was stopped on request."""


class ModelError(AssistantError):
    """A language model or an embedding server could not do its part."""


class ModelSilent(ModelError):
    """The model `model` replied without a word that can be shown."""

    def __init__(self, message: str, model: str) -> None:
        super().__init__(message)
        self.model = model


class ModelRefused(ModelError):
    """The server refuses this request: trying again will not help."""

    exit_code = 4


class ModelUnreachable(ModelError):
    """The server cannot be reached, or did not answer in time."""

    exit_code = 5


class ModelOverloaded(ModelError):
    """The server is busy or failed: trying again later may help."""

    exit_code = 6
