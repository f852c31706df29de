"""The page in a real browser, on a phone and on a desk, in light and dark: nothing sticks out, all can be read."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from assistant.export.pages import html_page
from research.tools import chromium
from tests.export.documents import whole

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs Chromium")

# The page is shown in a frame of the wanted width; what is found is written into the frame's own document, since the
# page itself may run no script.
FRAME = """<!doctype html><body style="margin:0"><iframe src="page.html" style="width:{width}px;height:900px;border:0">
</iframe><script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const page = frame.contentDocument, view = frame.contentWindow;
  const behind = (e) => {{
    for (; e; e = e.parentElement) {{
      const colour = view.getComputedStyle(e).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }}
  }};
  const words = [...page.body.querySelectorAll("*")].filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && !e.closest(".visually-hidden, .skip"));
  const box = (selector) => page.querySelector(selector).getBoundingClientRect();
  document.title = JSON.stringify({{
    width: page.documentElement.scrollWidth,
    colours: words.map((e) => [e.className || e.tagName, view.getComputedStyle(e).color, behind(e)]),
    statement: box(".row .statement"),
    source: box(".row .source"),
    arabic: [...page.querySelectorAll(".context")].map((e) => view.getComputedStyle(e).direction),
    alive: typeof view.alive,
  }});
}};
</script>"""


def measured(folder: Path, width: int, *, dark: bool) -> Any:
    (folder / "page.html").write_text(html_page(whole()), encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    flags = ("--dump-dom", "--allow-file-access-from-files", "--virtual-time-budget=3000")
    shown = chromium.run(folder / "frame.html", *flags, dark=dark)
    (title,) = re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)
    return json.loads(unescape(title))


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_can_be_read(tmp_path: Path, width: int, dark: bool) -> None:
    found = measured(tmp_path, width, dark=dark)
    assert found["width"] <= width
    faint = {(name, fore, back) for name, fore, back in found["colours"] if contrast(fore, back) < 4.5}
    assert not faint
    assert len(found["colours"]) > 50
    assert (luminance(found["colours"][0][2]) < 0.1) == dark
    statement, source = found["statement"], found["source"]
    if width > 1000:
        assert source["left"] > statement["right"]
        assert abs(source["top"] - statement["top"]) < 5
    else:
        assert source["top"] >= statement["bottom"]
        assert source["left"] >= 0
    assert set(found["arabic"]) == {"ltr", "rtl"}  # each quotation in the direction of its own language
    assert found["alive"] == "undefined"
