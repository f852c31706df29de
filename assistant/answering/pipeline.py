"""From a question to its answer in one library: retrieve once, then answer, with the parts that the settings name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from assistant.answering.answer import AnswerSetup, answer
from assistant.answering.answerer import Answerer, Standalone
from assistant.answering.conversation import TurnInProgress
from assistant.answering.counting import counted_answer
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.answering.generative import GenerativeAnswerer
from assistant.answering.judge import Judge
from assistant.answering.readers import OpenReader, open_reader
from assistant.answering.story_overview import TOKENS_AN_ENTRY, story_overview
from assistant.checks.reading import CalibratedReader
from assistant.errors import UsageError
from assistant.library.library import Library
from assistant.llm.chat import ChatModel, OnText, OpenAIChat
from assistant.llm.tokens import TokenCounter, token_counter
from assistant.llm.usage import Prices, load_prices
from assistant.reader.protocol import Reader
from assistant.records import Answer, Filters, Turn
from assistant.retrieval.retriever import Retriever
from assistant.retrieval.understanding import wish_in
from assistant.settings import Settings, tiktoken_folders

_COMPARED = 40  # sentences among which articles that give other figures are looked for

WrapModel = Callable[[ChatModel], ChatModel]


class Pipeline:
    """Answers questions from one library. Every part is made when it is first needed."""

    def __init__(
        self,
        library: Callable[[], Library],
        settings: Settings,
        wrap_model: WrapModel,
        shared: Pipeline | None = None,
    ) -> None:
        """`library` opens it, or returns the open one; `wrap_model` may put something before the language model.

        With `shared`, that one's is taken, its reader and its counter too: they take time to load, and memory.
        """
        self._library = library
        self._settings = settings
        self._wrap_model: WrapModel = shared._wrap_model if shared else wrap_model
        self._shared = shared
        self._told = False

    def use(self, settings: Settings) -> None:
        """Answer by these settings from the next question on."""
        self._settings = settings
        for part in [name for name, kind in vars(type(self)).items() if isinstance(kind, cached_property)]:
            self.__dict__.pop(part, None)  # made again when next needed

    def answer(
        self, turn: TurnInProgress, filters: Filters, *, strict: bool | None = None, on_text: OnText | None = None
    ) -> Answer:
        """Return the checked answer; `strict` overrules the setting unless it is None."""
        setup = self._setup if strict is None else replace(self._setup, strict=strict)
        wish = wish_in(self._library(), turn.question)
        if wish.kind.is_broad:
            offered = self._settings.overview_evidence or self._settings.prompt_tokens // TOKENS_AN_ENTRY
            return story_overview(self._library(), turn, wish, filters, setup, self._settings.length, offered, on_text)
        if wish.kind.is_counted:
            return counted_answer(self._library(), turn, wish, filters, self._settings.length)
        found = Retriever(self._library(), reader=self.reader).retrieve(
            turn.question,
            limit=self._settings.evidence,
            asked_on=turn.asked_on,
            filters=filters,
            compared=_COMPARED,
        )
        return self._with_notice(answer(turn, found, setup, on_text))

    def _with_notice(self, given: Answer) -> Answer:
        """Say once that the reader is missing."""
        notice, self._told = "" if self._told else self._reader.notice, True
        return replace(given, notices=(*given.notices, notice)) if notice else given

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:
        """Return `question` made self-contained after the earlier `turns`."""
        return self._answerer.standalone(question, turns, asked_on)

    @cached_property
    def prices(self) -> Prices | None:
        """The user's table of prices, None unless the cost is wanted."""
        return load_prices(self._settings.prices) if self._settings.usage else None

    @cached_property
    def counter(self) -> TokenCounter:
        """The counter of tokens that comes nearest to the language model's own."""
        shared = self._shared
        if shared is not None and shared._settings.model == self._settings.model:
            return shared.counter
        return token_counter(self._settings.model, tiktoken_folders())

    @property
    def reading(self) -> CalibratedReader | None:
        """What reads statements and sentences, None for rules alone."""
        return self._reader.reading

    @property
    def reader(self) -> Reader | None:
        """The reader alone, calibrated or not."""
        return self.reading.reader if self.reading is not None else None

    @property
    def reader_described(self) -> str:
        """The reader in a few words."""
        return self._reader.described

    @cached_property
    def _reader(self) -> OpenReader:
        return self._shared._reader if self._shared else open_reader(self._settings, lambda: self._model)

    @cached_property
    def _setup(self) -> AnswerSetup:
        settings = self._settings
        return AnswerSetup(
            answerer=self._answerer,
            library=self._library(),
            reading=self.reading,
            strict=settings.strict,
            judge=Judge(self._model) if settings.judge and settings.model_configured else None,
            prices=self.prices,
        )

    @cached_property
    def _answerer(self) -> Answerer:
        settings = self._settings
        if not settings.model_configured:
            return ExtractiveAnswerer()
        return GenerativeAnswerer(
            self._model, self.counter, prompt_tokens=settings.prompt_tokens, answer_tokens=settings.answer_tokens
        )

    @property
    def model(self) -> ChatModel:
        """The language model. Raises `UsageError` when none is configured."""
        if not self._settings.model_configured:
            raise UsageError(
                "No language model can be asked. Set OPENAI_API_KEY or OPENAI_BASE_URL, and leave out use_model: false."
            )
        return self._model

    @cached_property
    def _model(self) -> ChatModel:
        return self._wrap_model(chat_model(self._settings))


def chat_model(settings: Settings) -> ChatModel:
    """Return the language model that the settings name; one must be configured."""
    return OpenAIChat(
        settings.model,
        base_url=settings.base_url or None,
        api_key=settings.api_key or None,
        stall_s=settings.timeout,
        deadline_s=settings.deadline,
    )
