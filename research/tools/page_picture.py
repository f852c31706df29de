"""Draws the pictures of pages about the example archive. Needs Chromium.

docs/export.png  what `assistant ask --export` writes
docs/page.png    an answer of `assistant serve`, with the article open beside it

    python -m research.tools.page_picture
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from research.tools import chromium
from research.tools.readme import EXAMPLES, QUESTION, ROOT, run_assistant, surroundings

PICTURE = ROOT / "docs" / "export.png"
PAGE_PICTURE = ROOT / "docs" / "page.png"
WIDTH, HEIGHT = 1200, 890  # pixels
_WAIT_S = 30


def draw_served(library: Path) -> None:
    """Ask on the page of a server, and draw the answer with its second source open."""
    command = [sys.executable, "-m", "assistant", "serve", "--no-model", "--no-token", "--port", "0", "--json"]
    around = surroundings(library) | {"ASSISTANT_SESSIONS": str(library.parent / "sessions")}
    with subprocess.Popen(command, env=around, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101
        try:
            chat = _asked(json.loads(process.stdout.readline())["url"])
            chromium.run(
                f"{chat}#q1-source2",
                f"--window-size={WIDTH},{HEIGHT}",
                "--virtual-time-budget=4000",
                f"--screenshot={PAGE_PICTURE}",
            )
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_WAIT_S)


def _asked(url: str) -> str:
    """Ask the example question; return the address of its chat."""
    with urlopen(url) as page:  # noqa: S310
        found = re.search(r'name="form_token" value="([^"]*)"', page.read().decode())
    fields = urlencode({"form_token": found[1] if found else "", "question": QUESTION}).encode()
    with urlopen(Request(f"{url}/ask", fields, {"Accept": "text/html"})) as page:  # noqa: S310
        place = str(page.url)
    end = time.monotonic() + _WAIT_S
    while "/chats/" not in place and time.monotonic() < end:
        time.sleep(0.2)
        with urlopen(place) as page:  # noqa: S310
            place = str(page.url)
    return place.partition("#")[0]


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "archive"
        run_assistant("ingest", str(EXAMPLES), library=library)
        PICTURE.parent.mkdir(exist_ok=True)
        page = Path(folder) / "answer.html"
        run_assistant("ask", "--no-model", "--quiet", QUESTION, "--export", str(page), library=library)
        chromium.run(page, f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={PICTURE}")
        draw_served(library)


if __name__ == "__main__":
    main()
