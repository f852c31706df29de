"""A long text on the whole screen, opened at the place that matters.

It is drawn by this process: `less`, `more` or whatever PAGER names can be told by keys to run a shell or write a file,
reads settings that the user made for other texts, and is not there on every system. Here no key leads out but those
that close it. The text has been made safe before, and what is left of control characters prompt_toolkit shows as ^X.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.output import Output
from rich.console import Console
from rich.text import Text

from assistant.cli.article_view import CITED
from assistant.cli.terminal import wrapped
from assistant.safe_text import safe

_LEAD = 4  # lines shown above that sentence
_KEYS = "q leaves, space and b page, / finds, n again, c cited sentence"
_KEYS_NARROW = "q leaves"


def open_pager(
    console: Console, parts: Sequence[Text], *, input: Input | None = None, output: Output | None = None
) -> None:
    """Show the parts below each other until the person leaves with q, Esc, Enter, Ctrl-C or Ctrl-D."""
    view = _View(console, parts)
    body = Window(FormattedTextControl(view.lines_shown), wrap_lines=False)
    bar = Window(FormattedTextControl(view.bar), height=1, style="reverse")
    app: Application[None] = Application(
        layout=Layout(HSplit([body, bar])), key_bindings=_keys(view), full_screen=True, input=input, output=output
    )
    app.run(handle_sigint=False)


class _View:
    """The text cut into lines for the present width, and the line at the top of the screen."""

    def __init__(self, console: Console, parts: Sequence[Text]) -> None:
        self._console = console
        self._parts = parts
        self._size = (0, 0)
        self._lines: list[Text] = []
        self._top = 0
        self._found = ""  # notice of a search that failed
        self.sought = ""
        self.typing = False  # what to look for is being typed

    def move(self, lines: int) -> None:
        self._found = ""
        self._top = max(0, min(self._top + lines, self._last_top()))

    def to_end(self) -> None:
        self._top = self._last_top()

    def to_start(self) -> None:
        self._top = 0

    def find(self) -> None:
        """Go to the next line below the top one that holds the words looked for; from the end on to the beginning."""
        if not self.sought:
            return
        after = [*range(self._top + 1, len(self._lines)), *range(self._top + 1)]
        found = next((n for n in after if self._begins_in(n, self.sought.casefold())), None)
        self._found = "" if found is not None else f"not found: {self.sought}"
        if found is not None:
            self._top = min(found, self._last_top())

    def _begins_in(self, number: int, words: str) -> bool:
        """Whether the words begin in this line, though they may end in the next."""
        line, following = (
            self._lines[n].plain.casefold() if n < len(self._lines) else "" for n in (number, number + 1)
        )
        return 0 <= f"{line} {following}".find(words) < max(len(line), 1)

    def to_cited(self) -> None:
        cited = next((n for n, line in enumerate(self._lines) if any(s.style == CITED for s in line.spans)), 0)
        self._top = 0
        self.move(cited - _LEAD)

    @property
    def height(self) -> int:
        """Number of lines of the text that the screen holds."""
        return max(self._size[1] - 1, 1)

    def lines_shown(self) -> StyleAndTextTuples:
        self._fit()
        return [f for line in self._lines[self._top : self._top + self.height] for f in _fragments(self._console, line)]

    def bar(self) -> StyleAndTextTuples:
        self._fit()
        if self.typing:
            return [("", f" find: {self.sought}")]
        if self._found:
            return [("", f" {self._found}")]
        last = min(self._top + self.height, len(self._lines))
        where = f" {self._top + 1}-{last} of {len(self._lines)}"
        keys = next((k for k in (_KEYS, _KEYS_NARROW) if len(where) + len(k) + 4 <= self._size[0]), "")
        return [("", f"{where}   {keys}")]

    def _fit(self) -> None:
        """Cut the lines again when the window has another size; the same part of the text stays at the top."""
        size = get_app().output.get_size()
        if (size.columns, size.rows) == self._size:
            return
        opened, share = not self._lines, self._top / max(len(self._lines), 1)
        self._size = (size.columns, size.rows)
        wrapped_parts = [wrapped(self._console, part, size.columns) for part in self._parts]
        self._lines = [line for part in wrapped_parts for line in part.split("\n", allow_blank=True)]
        if opened:
            self.to_cited()
        else:
            self._top = 0
            self.move(round(share * len(self._lines)))

    def _last_top(self) -> int:
        return max(len(self._lines) - self.height, 0)


def _fragments(console: Console, line: Text) -> StyleAndTextTuples:
    shown: StyleAndTextTuples = []
    for segment in line.render(console, end="\n"):
        style = segment.style
        names = ("bold", "reverse", "italic", "underline")
        shown.append((" ".join(name for name in names if style and getattr(style, name)), segment.text))
    return shown


def _keys(view: _View) -> KeyBindings:
    keys = KeyBindings()
    reading = Condition(lambda: not view.typing)
    moves: dict[tuple[str, ...], Callable[[], None]] = {
        ("down", "j", "c-n"): lambda: view.move(1),
        ("up", "k", "c-p"): lambda: view.move(-1),
        ("pagedown", " ", "f", "c-f"): lambda: view.move(view.height),
        ("pageup", "b", "c-b"): lambda: view.move(-view.height),
        ("home", "g"): view.to_start,
        ("end", "G"): view.to_end,
        ("c",): view.to_cited,
        ("n",): view.find,
    }
    for names, move in moves.items():
        for name in names:
            keys.add(name, filter=reading)(lambda _, move=move: move())
    for name in ("q", "escape", "enter", "c-c", "c-d"):
        keys.add(name, filter=reading, eager=True)(lambda event: event.app.exit())
    _add_search(keys, view, reading)
    return keys


def _add_search(keys: KeyBindings, view: _View, reading: Condition) -> None:
    """Bind the keys by which the text to find is typed into the bar."""

    @keys.add("/", filter=reading)
    def begin(_: KeyPressEvent) -> None:
        view.typing, view.sought = True, ""

    @keys.add(Keys.Any, filter=~reading)
    def add(event: KeyPressEvent) -> None:
        view.sought += safe(event.data, lines=True).replace("\n", " ")

    @keys.add("backspace", filter=~reading)
    def take_back(_: KeyPressEvent) -> None:
        view.sought = view.sought[:-1]

    @keys.add("enter", filter=~reading)
    def find(_: KeyPressEvent) -> None:
        view.typing = False
        view.find()

    @keys.add("escape", filter=~reading, eager=True)
    @keys.add("c-c", filter=~reading)
    def leave(_: KeyPressEvent) -> None:
        view.typing, view.sought = False, ""
