"""One chat: its conversation, where it is shown and saved, what it cost, and what its commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant.cli import render
from assistant.cli.edge import stoppable, unstoppable
from assistant.cli.invocation import Notices
from assistant.cli.progress import draft_view
from assistant.cli.terminal import hanging, is_watched, messages, output, print_parts, show_error
from assistant.errors import AssistantError, ModelError, SessionError
from assistant.library_reports import LibraryStatus
from assistant.llm.chat import OnText
from assistant.llm.usage import Prices, load_prices, total, total_cost
from assistant.records import Answer, ArticleInfo, Cost, Evidence, Filters, Turn, Usage
from assistant.safe_text import safe
from assistant.settings import Settings
from assistant.wording import amount, plural

if TYPE_CHECKING:
    from assistant.answering.conversation import Conversation
    from assistant.app import Assistant
    from assistant.llm.chat import OnText
    from assistant.retrieval.understanding import Understanding
    from assistant.sessions.store import OpenSession

_NARROWEST = 24  # columns that a text behind a lead needs; with fewer it begins on the next line


class ChatState:
    """A chat in progress."""

    def __init__(
        self,
        assistant: Assistant,
        conversation: Conversation,
        settings: Settings,
        notices: Notices,
        *,
        at_terminal: bool,
    ) -> None:
        """`at_terminal`: a person types and may stop an answer; else lines come from a pipe, and nothing is saved."""
        self.assistant = assistant
        self.conversation = conversation
        self.settings = settings
        self.console: Console = output()
        self.messages: Console = messages()
        self.notices = notices
        self.at_terminal = at_terminal
        self.saving: OpenSession | None = assistant.new_session() if at_terminal else None
        self.found: Sequence[Evidence] = ()  # by the last /find
        self.models: tuple[str, ...] = ()  # that the server said it offers
        self.titles: dict[str, ArticleInfo] = {}  # as they were offered for completion
        self.asked_within = conversation.filters  # the limits of the last question
        self.spending = Spending(settings.prices)
        self.written: set[Path] = set()  # files that this chat made and may write again
        self.wait: Callable[[], None] = _at_once
        self.leaving = False
        self.explains = False  # whether each answer follows what was understood of its question
        self._held: LibraryStatus | None = None

    @property
    def held(self) -> LibraryStatus:
        """Figures about the archive, as of the first use or the last `archive_changed`."""
        if self._held is None:
            self._held = self.assistant.status()
        return self._held

    def archive_changed(self) -> None:
        """Read the figures about the archive again when they are next needed."""
        self._held = None

    @property
    def strict(self) -> bool:
        """Whether only statements that passed every check are shown."""
        return self.settings.strict if self.conversation.strict is None else self.conversation.strict

    @property
    def paged(self) -> bool:
        """Whether long texts may fill the screen."""
        return self.at_terminal and is_watched()

    def ask(self, question: str) -> None:
        """Answer, save and show. An error and Ctrl-C leave the conversation as it was."""
        turn = self._asked(lambda on_text: self.conversation.ask(question, on_text=on_text))
        if turn is not None:
            self._keep(turn)
            self.show_answer(turn)

    def retry(self) -> None:
        """Ask the last question again, in place of its answer; an error and Ctrl-C leave the old answer."""
        turn = self._asked(lambda on_text: self.conversation.retry(on_text=on_text))
        if turn is not None:
            self._keep(turn, instead=True)
            self.show_answer(turn)

    def undo(self) -> Turn:
        """Take the last turn back, in the saved session too."""
        turn = self.conversation.undo()
        if self.saving is not None and self.saving.saved:
            with unstoppable():
                self.saving.undo()
        return turn

    def begin_new(self) -> None:
        """Begin a new conversation, saved apart from the old one."""
        self.close()
        self.conversation.take_up(())
        self.saving = self.assistant.new_session() if self.at_terminal else None

    def resume(self, name: str, *, keep_filters: bool = False) -> None:
        """Go on with a saved conversation, within the limits of its last question unless `keep_filters`."""
        saving = self.assistant.sessions.resume(name, library=self.assistant.folder)
        self.close()
        self.saving = saving
        self.conversation.take_up(saving.turns)
        if saving.saved and not keep_filters:
            self.conversation.filters = saving.saved[-1].filters
        self.asked_within = saving.saved[-1].filters if saving.saved else Filters()
        self.notices.add(*saving.notices)
        if saving.header.library != self.assistant.folder:
            self.notices.add(f"This conversation was held on {saving.header.library}; its articles may not be here.")

    def close(self) -> None:
        """Close the saved session."""
        if self.saving is not None:
            self.saving.close()
            self.saving = None

    def explain(self, question: str, filters: Filters) -> Understanding:
        """Return how a question is understood in this chat."""
        with self.working("Looking at the question"):
            return self.assistant.explain(question, asked_on=self.conversation.asked_on, filters=filters)

    def show_answer(self, turn: Turn) -> None:
        """Print a turn's answer and the notices that came with it; what was understood first, where that is wanted."""
        if self.explains:
            known = self.explain(turn.answer.question, self.asked_within)
            print_parts(self.console, render.understanding_parts(self.console, known))
        print_parts(self.console, render.answer_parts(self.console, turn.answer, usage=self.settings.usage))
        self.console.print()
        self.notices.add(*self.assistant.notices)
        self.notices.show()

    def say(self, *lines: str | Text) -> None:
        """Print lines of the program's own."""
        print_parts(self.console, (line if isinstance(line, Text) else Text(line) for line in lines))

    @contextmanager
    def working(self, waiting: str) -> Iterator[None]:
        """Show that work is in progress, and wait first for what loads in the background."""
        with draft_view(self.console, watched=is_watched(), waiting=waiting):
            self.wait()
            yield

    def say_error(self, error: AssistantError) -> None:
        """Print an error that ends a line, not the chat; to a person wrapped, elsewhere on one line as all errors."""
        if self.at_terminal:
            print_parts(self.messages, [Text.assemble(("Error: ", "bold red"), safe(str(error)))])
            if isinstance(error, ModelError):
                self.say(Text("To go on without the model: /model off, then ask again.", "dim"))
        else:
            show_error(self.messages, error)

    def say_under(self, lead: str, text: str) -> None:
        """Print a text behind a lead, its later lines indented as far."""
        narrow = self.console.width < len(lead) + _NARROWEST
        parts = [Text(lead.rstrip()), hanging(self.console, "    ", Text(text))]
        print_parts(self.console, parts if narrow else [hanging(self.console, lead, Text(text))])

    def _asked(self, ask: Callable[[OnText | None], Turn]) -> Turn | None:
        """Return the turn; None when it was stopped."""
        view = draft_view(self.console, watched=is_watched(), waiting=self._waiting())
        try:
            with stoppable(), view as on_text:
                self.wait()
                return ask(on_text)
        except KeyboardInterrupt:
            if not self.at_terminal:
                raise
            if self.assistant.model_name:
                self.spending.add_stopped()
            self.say(Text("Stopped; this question is forgotten. The up arrow brings it back.", "dim"))
            return None

    def _waiting(self) -> str:
        name = self.assistant.model_name
        return f"Searching the archive, then asking {safe(name)}" if name else "Searching the archive"

    def _keep(self, turn: Turn, *, instead: bool = False) -> None:
        """Save the turn before it is shown. A failure is printed, and the chat goes on."""
        self.spending.add(turn.answer)
        self.asked_within = self.conversation.filters
        if self.saving is None:
            return
        try:
            with unstoppable():
                self.saving.append(turn, self.conversation.filters, instead=instead)
        except SessionError as error:
            self.say_error(error)


def _at_once() -> None:
    """Nothing is being loaded in the background."""


class Spending:
    """Tokens and cost of all answers of a chat, those taken back too: they were paid for."""

    def __init__(self, prices: Path) -> None:
        """`prices` is the user's table, which need not exist; it is read when it is first needed."""
        self._file = prices
        self._calls: list[tuple[str, Usage]] = []
        self._stopped = 0

    def add(self, answer: Answer) -> None:
        """Count one more answer."""
        if answer.usage is not None:
            self._calls.append((answer.model, answer.usage))

    def add_stopped(self) -> None:
        """Count an answer that was stopped: the server counted its tokens, but did not say how many."""
        self._stopped += 1

    def in_short(self) -> str:
        """Return a phrase for the line below the prompt: "12.3k tokens, 0.014 USD"; "" when nothing was counted."""
        used = self._used
        if used is None:
            return ""
        tokens = used.prompt_tokens + used.completion_tokens
        counted = f"{tokens / 1000:,.1f}k tokens" if tokens >= 1000 else f"{tokens} tokens"
        return f"{counted}, {_money(self._cost)}" if self._cost else counted

    def in_full(self) -> str:
        """Return calls, tokens and cost, and say what is not known; "" when no model was asked."""
        used = self._used
        stopped = f" {plural(self._stopped, 'stopped answer')} not counted." if self._stopped else ""
        if used is None:
            return stopped.strip()
        calls = f"{plural(used.calls, 'call')} of the model"
        tokens = f"{used.prompt_tokens:,} tokens in, {used.completion_tokens:,} out"
        missing = f"; {used.uncounted} not counted by the server" if used.uncounted else ""
        unpriced = [model for model, usage in self._calls if self._prices.cost(usage, model) is None]
        cost = f" Cost: {_money(self._cost)}." if self._cost else ""
        remedy = f" {safe(self._prices.remedy(unpriced[-1]))}" if unpriced else ""
        return f"{calls}: {tokens}{missing}.{stopped}{cost}{remedy}"

    @property
    def _used(self) -> Usage | None:
        return total(usage for _, usage in self._calls) if self._calls else None

    @property
    def _cost(self) -> Cost | None:
        return total_cost(self._prices.cost(usage, model) for model, usage in self._calls)

    @cached_property
    def _prices(self) -> Prices:
        return load_prices(self._file)


def _money(cost: Cost) -> str:
    return f"{amount(cost.amount)} {cost.currency}"
