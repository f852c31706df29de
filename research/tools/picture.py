"""Draws docs/answer.svg: what the program prints about the example archive, in its colours.

    python -m research.tools.picture

The file names no address to load a font from: it is shown in whatever monospaced font the reader's machine has.
"""

from __future__ import annotations

import io

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from research.tools.readme import ROOT, example_answers

PICTURE = ROOT / "docs" / "answer.svg"
COLUMNS = 84
QUESTIONS = ("When did Tomas Grell die?", "What did the Pellin airport expansion cost?")  # the second has no answer
# The frame around what rich draws, in the place of rich's own, which loads fonts from elsewhere.
_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<title>An answer in the terminal</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_COLOURS = [
    *((60, 66, 76), (240, 113, 120), (152, 205, 121), (236, 196, 110)),  # black, red, green, yellow
    *((116, 172, 240), (204, 150, 230), (96, 205, 215), (222, 226, 232)),  # blue, magenta, cyan, white
]
# Dark, with a background of its own, so that it reads alike on dark and light pages.
_THEME = TerminalTheme(
    (24, 27, 33),
    (222, 226, 232),
    _COLOURS,
)


def picture() -> str:
    """The picture as SVG."""
    console = Console(file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor")
    answers = example_answers(*QUESTIONS, columns=COLUMNS - 2, colour=True)
    for number, (question, answer) in enumerate(zip(QUESTIONS, answers, strict=True)):
        console.print("\n" if number else "", end="")
        console.print(Text.assemble(("$ ", "dim"), (f'assistant ask "{question}"', "bold")))
        console.print(Text.from_ansi(f"\n{answer.strip()}"))
    drawn = console.export_svg(title="Assistant", theme=_THEME, code_format=_FRAME, unique_id="answer")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
