"""Commands about the program: its model, its strictness, its costs and its archive."""

from __future__ import annotations

from pathlib import Path

from assistant.cli.chat.state import Talk
from assistant.cli.chat.words import typed_words
from assistant.cli.reports import report_parts
from assistant.cli.sources import take_in
from assistant.cli.terminal import show
from assistant.errors import UsageError
from assistant.safe_text import safe
from assistant.settings import Settings

_LISTED = 20  # models of a server
HOW_TO_ADD_A_MODEL = (
    "Without a language model, answers are sentences quoted from the archive. To have prose written from them, set\n"
    "  OPENAI_API_KEY=…  for OpenAI, or for a server of your own\n"
    "  OPENAI_BASE_URL=http://localhost:11434/v1  (Ollama)  or  http://localhost:8080/v1  (llama.cpp)\n"
    "then start the chat again, with --model NAME where the server offers several."
)


class Setup:
    """Commands over the settings of this chat and over the archive."""

    title = "This chat"

    def __init__(self, talk: Talk) -> None:
        """For this chat."""
        self._talk = talk

    def cmd_model(self, argument: str) -> None:
        """Say which language model is asked and what the server offers; /model NAME asks another, /model off none."""
        assistant = self._talk.assistant
        if argument:
            assistant.choose_model("" if argument == "off" else argument)
        name = safe(assistant.model_name)
        self._talk.say(f"Model: {name}" if name else HOW_TO_ADD_A_MODEL)
        if name and not argument:
            self._list_models()

    def _list_models(self) -> None:
        """Ask the server, and remember what it said for the tab key. Raises `ModelError` when it does not answer."""
        with self._talk.working("Asking the server for its models"):
            self._talk.models = models_offered(self._talk.settings)
        shown = ", ".join(safe(name) for name in self._talk.models[:_LISTED])
        more = f" and {len(self._talk.models) - _LISTED} more" if len(self._talk.models) > _LISTED else ""
        self._talk.say(f"The server offers {shown}{more}." if shown else "The server does not list its models.")

    def cmd_strict(self, argument: str) -> None:
        """Show only statements that passed every check, or mark the others: /strict on, /strict off."""
        if argument not in ("on", "off", ""):
            raise UsageError("Write /strict on or /strict off.")
        if argument:
            self._talk.conversation.strict = argument == "on"
        on = self._talk.strict
        self._talk.say(
            "Strict: only statements that passed every check are shown."
            if on
            else "Not strict: statements that failed a check are shown and marked."
        )

    def cmd_cost(self, _: str) -> None:
        """Say how many tokens the model used in this chat, and what they cost."""
        self._talk.say(self._talk.spending.in_full() or "No tokens were counted in this chat: no model was asked.")

    def cmd_ingest(self, argument: str) -> None:
        """Take articles into the archive: /ingest clippings/ dump.jsonl https://news.example/page."""
        from assistant.fetching.pages import is_address

        words = typed_words(argument)
        if not words:
            raise UsageError("Write /ingest PATH, with a file or a folder of articles, or the address of a page.")
        sources = [word if is_address(word) else Path(word).expanduser() for word in words]
        self._talk.wait()
        console = self._talk.messages
        report = take_in(self._talk.assistant, sources, console, watched=console.is_terminal)
        show(self._talk.console, report_parts(report, brief=False))
        self._talk.forget_held()

    def cmd_quit(self, _: str) -> None:
        """Leave the chat; so does Ctrl-D."""
        self._talk.leaving = True


def models_offered(settings: Settings) -> tuple[str, ...]:
    """The names of the server's models, () when it does not list them. Raises `ModelError` when it does not answer."""
    from assistant.llm.connection import connect
    from assistant.llm.server_facts import server_facts

    client = connect(settings.base_url or None, settings.api_key or None, timeout_s=settings.timeout)
    return server_facts(client, settings.model).models or ()
