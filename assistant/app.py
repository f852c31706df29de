"""The public `Assistant`: one object for all that the program does. Every method delegates to the part that does it.

with Assistant.open("my-library") as assistant:
    assistant.ingest(["clippings/"])
    for statement in assistant.ask("Who closed the bridge?").statements:
        print(statement.text, [citation.text for citation in statement.citations])
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Self

import assistant
from assistant.answering.conversation import Conversation, OnStage, TurnInProgress, unwatched_stage
from assistant.answering.pipeline import Pipeline, WrapModel
from assistant.checks.reading import CalibratedReader
from assistant.drafts.check_report import CheckReport
from assistant.drafts.checking import AS_IT_IS, CheckOptions, DraftText, OnChecked, check_draft, unwatched
from assistant.drafts.model_claims import ClaimWriter
from assistant.errors import UsageError
from assistant.library.chroma_server import ServerPlaces
from assistant.library.disk import size_on_disk
from assistant.library.homes import LibraryNeeds, home_of
from assistant.library.index import IndexServer
from assistant.library.library import Library
from assistant.library.migrating import CheckedCopy, OnMigrated, copy_catalog
from assistant.library_reports import LibraryStatus, MigrationProgress, MigrationReport, ReplicaReport
from assistant.llm.chat import OnText
from assistant.llm.embeddings import chosen_embedder
from assistant.llm.server_facts import models_offered
from assistant.permalinks import Permalink, resolve
from assistant.places import LibraryPlace, full_name, place_of
from assistant.records import Answer, ArticleInfo, Evidence, Filters, StoredArticle
from assistant.retrieval.evidence import printed_in
from assistant.retrieval.retriever import Retriever, annotated
from assistant.retrieval.understanding import Understanding, understood
from assistant.safe_text import well_formed
from assistant.sessions.store import OpenSession, SessionStore
from assistant.settings import Settings, load
from assistant.upkeep import Upkeep

OnNotice = Callable[[str], None]


class Assistant(Upkeep):
    """An open library and what answers from it; for several threads, but for conversations and `choose_model`."""

    def __init__(
        self,
        make: Callable[[], Library],
        settings: Settings,
        wrap_model: WrapModel = lambda model: model,
        shared: Pipeline | None = None,
    ) -> None:
        """Use `Assistant.open`."""
        self._make = make
        self._opened: Library | None = None
        self._opening = threading.RLock()
        self._variants: dict[Settings, Assistant] = {}
        self._settings = settings
        self._pipeline = Pipeline(self._open, settings, wrap_model, shared)

    @classmethod
    def open(
        cls,
        folder: LibraryPlace | str,
        *,
        settings: Settings | None = None,
        create: bool = True,
        on_notice: OnNotice | None = None,
        wrap_model: WrapModel = lambda model: model,
    ) -> Self:
        """Open the library in `folder`, which may be the URL of a database, or create it unless `create` is off.

        A library is created when there is a first article to put into it, or a feed to follow. `settings` default to
        those of file and environment; `wrap_model` may put something before the language model, e.g. a cache of
        replies. Raises `LibraryMissing` or `LibraryTooNew`; the first use that needs vectors raises `EmbedderMismatch`.
        """
        settings = settings or load().settings
        notify = on_notice or (lambda _: None)
        where, embedder = place_of(folder), chosen_embedder(settings)
        needs = _needs(settings)
        make = partial(Library, where, embedder, create=create, notify=notify, needs=needs)
        make = partial(make, places=_vector_places(settings))
        opened = cls(make, settings, wrap_model)
        if home_of(where, embedder.name, needs).is_there() or not create:
            opened._open()
        return opened

    @classmethod
    def restore(
        cls,
        file: Path | str,
        folder: LibraryPlace | str,
        *,
        settings: Settings | None = None,
        on_notice: OnNotice | None = None,
    ) -> Self:
        """Create a library in `folder` from a backup and open it; no text is embedded again.

        Raises `UsageError` when the folder holds a library already, and `LibraryError` when the backup is damaged.
        """
        settings = settings or load().settings
        notify = on_notice or (lambda _: None)
        embedder, places = chosen_embedder(settings), _vector_places(settings)
        make = partial(Library.restore, Path(file), place_of(folder), embedder, notify=notify, places=places)
        made = cls(make, settings)
        made._open()
        return made

    def migrate(
        self, to: LibraryPlace | str, *, chroma: str = "", on_migrated: OnMigrated = lambda _: None
    ) -> MigrationReport:
        """Copy the library to an empty folder or database, with its vectors in files or on the servers in `chroma`.

        Nothing is embedded again, and this library is only read; writers wait. Run again, it goes on where it stopped.
        Raises `UsageError` where another library is there, and `LibraryError` where the copy differs.
        """
        place, began = place_of(to), time.monotonic()
        report = MigrationReport(source=self.folder, target=full_name(place))
        if report.source == report.target:
            raise UsageError(f"{report.target} is this library itself. Name another folder or database with --to.")
        settings = replace(self._settings, library=place, chroma=chroma)
        embedder, needs = self._library.embedder, _needs(settings)
        home = home_of(place, embedder.name, needs)
        try:
            with self._library.at_rest():
                self._library.check_embedder()
                feeds = self._library.follows.content()
                copied = copy_catalog(self._library.catalog, self.folder, feeds, home, on_migrated)
                with closing(Library(place, embedder, needs=needs, places=_vector_places(settings))) as copy:
                    report = self._compared(copy, copied, report, on_migrated)
        except KeyboardInterrupt:
            report = replace(report, interrupted=True)
        return replace(report, seconds=time.monotonic() - began)

    def _compared(
        self, copy: Library, copied: CheckedCopy, report: MigrationReport, on_migrated: OnMigrated
    ) -> MigrationReport:
        """Fill the indexes of a copy, ask it and this library the same questions, and say how they compare."""
        held, indexed = copy.status(), 0

        def on_indexed(passages: int) -> None:
            nonlocal indexed
            indexed += passages
            on_migrated(MigrationProgress(step="Filling the indexes", done=indexed, total=2 * held.passages))

        copy.fill(on_indexed)
        same = 0
        for number, title in enumerate(copied.titles, 1):
            same += _refs(self._library, title) == _refs(copy, title)
            on_migrated(MigrationProgress(step="Asking both", done=number, total=len(copied.titles)))
        return replace(
            report,
            articles=held.articles,
            versions=copied.totals["versions"],
            passages=copied.totals["passages"],
            embeddings=copied.totals["embeddings"],
            feeds=len(copy.follows.all()),
            copied=copied.rows,
            compared_versions=copied.versions,
            compared_embeddings=copied.embeddings,
            questions=len(copied.titles),
            same_answers=same,
        )

    def copy_replica(self, source: Path | str, on_copied: OnMigrated = lambda _: None) -> ReplicaReport:
        """Take the index files of another host, in the folder `source`, for those of this one.

        They are copied beside, checked, and then put in place; the next question takes in what changed since. Raises
        `UsageError` where they do not fit or the library is a folder, and `LibraryError` for damaged ones.
        """
        began, library = time.monotonic(), self._library
        passages = library.take_files(Path(source), on_copied)
        lag = library.lag()
        assert lag is not None  # noqa: S101  # only a library that follows a log takes files
        return ReplicaReport(
            source=str(source),
            folder=str(library.folder),
            passages=passages,
            bytes_on_disk=size_on_disk(library.folder),
            index_lag=lag,
            seconds=time.monotonic() - began,
        )

    def close(self) -> None:
        """Close all files."""
        if self._opened is not None:
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- asking

    def search(
        self, question: str, limit: int = 10, asked_on: date | None = None, filters: Filters | None = None
    ) -> list[Evidence]:
        """Return the sentences nearest to `question`, best first. Raises `LibraryMissing` when there are none."""
        found = self._retriever.retrieve(
            question, limit=limit, asked_on=asked_on or date.today(), filters=filters or Filters()
        )
        return annotated(found.evidence, found.texts)

    def explain(self, question: str, asked_on: date | None = None, filters: Filters | None = None) -> Understanding:
        """Return how `question` is understood: the kind of answer, its subject, days and words, what is about it."""
        day, length = asked_on or date.today(), self._settings.length
        return understood(
            self._library, well_formed(question), asked_on=day, filters=filters or Filters(), length=length
        )

    def ask(
        self,
        question: str,
        asked_on: date | None = None,
        filters: Filters | None = None,
        on_text: OnText | None = None,
        on_stage: OnStage = unwatched_stage,
    ) -> Answer:
        """Return the checked answer; `asked_on` is the day from which "last week" counts, by default today.

        `on_text` is called with a model's draft as it is written; only the returned answer has been checked. `on_stage`
        is told the sentences that were found before that, and when what was written is checked.
        """
        turn = TurnInProgress(question=well_formed(question), asked_on=asked_on or date.today(), on_stage=on_stage)
        return self._pipeline.answer(turn, filters or Filters(), on_text=on_text)

    def conversation(self, *, asked_on: date | None = None, filters: Filters | None = None) -> Conversation:
        """Return a conversation, in which questions may refer to earlier ones."""
        return Conversation(self._pipeline, asked_on=asked_on, filters=filters)

    def check(
        self, draft: DraftText | str, options: CheckOptions = AS_IT_IS, on_checked: OnChecked = unwatched
    ) -> CheckReport:
        """Return what the archive says of each claim of a draft. Raises `UsageError` for one that can't be checked.

        A language model sees the draft only with `options.with_model`; one must be configured then.
        """
        kept, reading = self._settings.cache / "checks", self.reading
        writer = ClaimWriter(self._pipeline.model, self.model_name) if options.with_model else None
        return check_draft(draft, self._library, options, on_checked, kept=kept, reading=reading, writer=writer)

    @property
    def sessions(self) -> SessionStore:
        """The saved conversations, of all libraries. To go on with one: `Conversation.take_up(OpenSession.turns)`."""
        return SessionStore(self._settings.sessions)

    def new_session(self) -> OpenSession | None:
        """Return where to save a new conversation, turn by turn; None when the settings save none."""
        if not self._settings.save_sessions:
            return None
        about = {"library": self.folder, "embedder": self._library.embedder.name, "model": self.model_name}
        return self.sessions.create(**about, program=assistant.__version__)

    # -- looking things up

    def article(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        """Return an article by its id: the newest version, or the one with this number or beginning of its text hash.

        Raises `UsageError` when there is none.
        """
        found = self._library.catalog.article(article_id, version, text_hash)
        if found is None:
            which = f" in version {version or text_hash}" if version or text_hash else ""
            raise UsageError(f"The library has no article {article_id!r}{which}.")
        prints = self._library.catalog.prints([found.info]).get(found.info.id, ())
        also_in = printed_in(found.info, [other.info for other in prints])
        return replace(found, info=replace(found.info, also_in=also_in)) if also_in else found

    def permalink(self, ref: str) -> Permalink:
        """Return the sentence that a reference such as 0a1b2c3d4e-5f6071-7 names, and its present form.

        Saved sessions are asked after the library. Raises `UsageError` for no reference, or one to no known sentence.
        """
        return resolve(ref, self.article, self.sessions.citation)

    @property
    def folder(self) -> str:
        """The library's folder, as an absolute path, or the URL of its database: what saved sessions name it by."""
        return full_name(self._library.place)

    def articles(self) -> list[ArticleInfo]:
        """Return what is known of every article, in its present version, in the order of their ids."""
        return self._library.catalog.articles()

    def status(self) -> LibraryStatus:
        """Return figures about the library."""
        return self._library.status()

    def servers(self) -> tuple[IndexServer, ...]:
        """Ask the servers that keep the library's vectors how they stand; none where they are in its folder."""
        return self._library.servers()

    def authors(self) -> tuple[str, ...]:
        """Return the names of all authors, in alphabetical order."""
        return self._library.catalog.authors()

    def titled(self, words: str, limit: int = 20) -> list[ArticleInfo]:
        """Return articles whose title has all these words or parts of words, in any case; newest first."""
        return self._library.catalog.titled(words.split(), limit)

    def warm_up(self) -> None:
        """Load what the first question needs; meant for a background thread while the user types."""
        self._library.ready()
        self._library.embedder.embed(["warm up"])
        if self._pipeline.reader is not None:
            self._pipeline.reader.answers([])
            self._pipeline.reader.rerank([])
            self._pipeline.reader.support([])

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should be told once, e.g. which vocabulary counts the tokens of a prompt."""
        if self._settings.model_configured:
            return (self._pipeline.counter.notice,) if self._settings.usage else ()
        return ("No second opinion: no language model is configured.",) if self._settings.judge else ()

    @property
    def reading(self) -> CalibratedReader | None:
        """What reads statements beside their sentences, None for rules alone."""
        return self._pipeline.reading

    @property
    def reader_name(self) -> str:
        """The reader in a few words: its name, whether it is calibrated, "off"."""
        return self._pipeline.reader_described

    @property
    def model_name(self) -> str:
        """The language model in use, "" when none is configured."""
        return self._settings.model if self._settings.model_configured else ""

    def models_offered(self) -> tuple[str, ...]:
        """Return the models of the server in use, () when it lists none. Raises `ModelError`."""
        return models_offered(self._settings)

    def choose_model(self, name: str) -> None:
        """Ask the language model called `name` from the next question on; with "" none is asked.

        Raises `UsageError` when neither a server nor a key is set.
        """
        if name and not (self._settings.api_key or self._settings.base_url):
            raise UsageError("No server is set up to ask a model of. Set OPENAI_API_KEY or OPENAI_BASE_URL.")
        self._settings = replace(self._settings, model=name or self._settings.model, use_model=bool(name))
        self._pipeline.use(self._settings)

    def variant(self, **changes: Any) -> Assistant:
        """Return another way to ask the same open library, e.g. `variant(use_model=False)`; it is not to be closed."""
        settings = replace(self._settings, **changes)
        with self._opening:
            return self._variants.setdefault(settings, Assistant(self._open, settings, shared=self._pipeline))

    def _open(self) -> Library:
        with self._opening:
            if self._opened is None:
                self._opened = self._make()
            return self._opened

    @property
    def _library(self) -> Library:
        return self._open()

    @property
    def _retriever(self) -> Retriever:
        return Retriever(self._library, reader=self._pipeline.reader)


def _refs(library: Library, question: str) -> list[str]:
    """Return what rules alone find for a question: a reader would read the same sentences, slowly."""
    found = Retriever(library).retrieve(question, limit=10, asked_on=date.today(), filters=Filters())
    return [evidence.ref for evidence in found.evidence]


def _needs(settings: Settings) -> LibraryNeeds:
    return LibraryNeeds(cache=settings.cache, timeout_s=settings.timeout)


def _vector_places(settings: Settings) -> ServerPlaces | None:
    urls = tuple(dict.fromkeys(url.rstrip("/") for url in settings.chroma.split()))
    return ServerPlaces(urls=urls, token=settings.chroma_token, timeout=settings.timeout) if urls else None
