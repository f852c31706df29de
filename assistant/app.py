"""The public `Assistant`: the one place where the parts are built and joined.

with Assistant.open("my-library") as assistant:
assistant.ingest(["clippings/"])
for statement in assistant.ask("Who closed the bridge?").statements:
print(statement.text, [citation.text for citation in statement.citations])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.answering.answer import Parts, answer
from assistant.answering.answerer import Answerer, OnText
from assistant.answering.budget import TokenCounter, token_counter
from assistant.answering.conversation import Conversation
from assistant.answering.model import OpenAIChat
from assistant.answering.prompted import PromptedAnswerer
from assistant.answering.quoting import QuotingAnswerer
from assistant.corpus.readers import FieldMap
from assistant.errors import UsageError
from assistant.library.embedders.base import Embedder
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.embedders.openai import OpenAIEmbedder
from assistant.library.ingest import OnProgress, ingest
from assistant.library.library import Library, OnEmbedded
from assistant.records import Answer, Evidence, Filters, IngestReport, LibraryStatus, Retrieved, StoredArticle
from assistant.retrieval.query import Query
from assistant.retrieval.search import Retriever
from assistant.settings import Settings, load, tiktoken_folders

OnNotice = Callable[[str], None]


class Assistant:
    """An open library and what answers questions from it. Not for use by several threads at once."""

    def __init__(self, library: Library, settings: Settings) -> None:
        """Use `Assistant.open`."""
        self._library = library
        self._settings = settings
        self._retriever = Retriever(library)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        settings: Settings | None = None,
        create: bool = True,
        on_notice: OnNotice | None = None,
    ) -> Self:
        """Open the library in `folder`, making it unless `create` is off.

        `settings` default to those of the configuration file and the environment. Raises `LibraryMissing` or
        `LibraryTooNew`; the first use that needs vectors raises `EmbedderMismatch`.
        """
        settings = settings or load().settings
        notify = on_notice or (lambda _: None)
        library = Library(Path(folder), _embedder(settings), create=create, notify=notify)
        return cls(library, settings)

    def close(self) -> None:
        """Let go of all files."""
        self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- filling the library

    def ingest(
        self, paths: Sequence[Path | str], *, fields: FieldMap | None = None, on_progress: OnProgress | None = None
    ) -> IngestReport:
        """Read files and folders into the library; articles that did not change cost nothing.

        Raises `UsageError` when no path exists and `LibraryLocked` when another process writes. Ctrl-C
        stops cleanly: the report's `interrupted` says so, and nothing that was recorded is lost.
        """
        return ingest(self._library, [Path(path) for path in paths], fields or FieldMap(), on_progress)

    def reembed(self, on_embedded: OnEmbedded = lambda _: None) -> int:
        """Make all vectors anew with the embedder of the settings; returns how many had to be computed."""
        return self._library.reembed(on_embedded)

    # -- asking

    def search(
        self, question: str, limit: int = 10, asked_on: date | None = None, filters: Filters | None = None
    ) -> list[Evidence]:
        """The sentences nearest to `question`, best first. Raises `LibraryMissing` when there are no articles."""
        found = self._retrieve(question, limit, asked_on or date.today(), filters or Filters())
        return list(found.evidence)

    def explain(self, question: str, asked_on: date | None = None, filters: Filters | None = None) -> Query:
        """How `question` is understood: terms and their weights, time, outlets, phrases, corrected spelling."""
        self._ready()
        return self._retriever.understand(question, asked_on=asked_on or date.today(), filters=filters or Filters())

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        filters: Filters | None = None,
        on_text: OnText | None = None,
    ) -> Answer:
        """The checked answer to `question`; `asked_on` is the day from which "last week" counts, by default today.

        `on_text` is told a model's draft as it is written; only the answer returned has been checked.
        """
        day = asked_on or date.today()
        return answer(question, self._parts(day, filters or Filters()), asked_on=day, on_text=on_text)

    def conversation(self, *, asked_on: date | None = None, filters: Filters | None = None) -> Conversation:
        """A conversation, in which questions may point back to earlier ones."""
        return Conversation(self._parts, asked_on=asked_on, filters=filters)

    # -- looking things up

    def article(self, article_id: str, version: int | None = None) -> StoredArticle:
        """An article by its id: its newest version, or the one named. Raises `UsageError` when there is none."""
        found = self._library.catalog.article(article_id, version)
        if found is None:
            which = f" in version {version}" if version is not None else ""
            raise UsageError(f"The library has no article {article_id!r}{which}.")
        return found

    def status(self) -> LibraryStatus:
        """Figures about the library."""
        return self._library.status()

    def warm_up(self) -> None:
        """Load what the first question needs; meant for a background thread while the user types."""
        self._ready()
        self._library.embedder.embed(["warm up"])

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told once, e.g. which vocabulary counts the tokens of a prompt."""
        return (self._counter.notice,) if self._settings.model_configured else ()

    @property
    def model_name(self) -> str:
        """The language model in use, "" when none is configured."""
        return self._settings.model if self._settings.model_configured else ""

    # -- joining the parts

    @cached_property
    def _answerer(self) -> Answerer:
        settings = self._settings
        if not settings.model_configured:
            return QuotingAnswerer()
        model = OpenAIChat(
            settings.model,
            base_url=settings.base_url or None,
            api_key=settings.api_key or None,
            stall_s=settings.timeout,
            deadline_s=settings.deadline,
        )
        return PromptedAnswerer(
            model, self._counter, prompt_tokens=settings.prompt_tokens, answer_tokens=settings.answer_tokens
        )

    @cached_property
    def _counter(self) -> TokenCounter:
        return token_counter(self._settings.model, tiktoken_folders())

    def _parts(self, asked_on: date, filters: Filters) -> Parts:
        return Parts(
            retrieve=lambda question: self._retrieve(question, self._settings.evidence, asked_on, filters),
            answerer=self._answerer,
            status=self.status,
        )

    def _retrieve(self, question: str, limit: int, asked_on: date, filters: Filters) -> Retrieved:
        self._ready()
        return self._retriever.retrieve(question, limit=limit, asked_on=asked_on, filters=filters)

    def _ready(self) -> None:
        self._library.ready()


def _embedder(settings: Settings) -> Embedder:
    if settings.embedder == "openai":
        own_server = bool(settings.embedding_base_url)  # the key of one server is never sent to another
        return OpenAIEmbedder(
            model=settings.embedding_model,
            base_url=(settings.embedding_base_url if own_server else settings.base_url) or None,
            api_key=settings.embedding_api_key or ("" if own_server else settings.api_key) or None,
            timeout_s=settings.timeout,
        )
    return MiniLMEmbedder(settings.cache, precision="fp32" if settings.embedder == "minilm-fp32" else "int8")
