"""Draws docs/export.png: the page that `assistant ask --export` writes about the example archive. Needs Chromium.

python -m research.tools.page_picture
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from research.tools import chromium
from research.tools.readme import EXAMPLES, QUESTION, ROOT, run_assistant

PICTURE = ROOT / "docs" / "export.png"
WIDTH, HEIGHT = 1200, 890  # pixels


def example_page(folder: Path) -> Path:
    """The exported answer to the example question, in this folder."""
    library, page = folder / "library", folder / "answer.html"
    run_assistant("ingest", str(EXAMPLES), library=library)
    run_assistant("ask", "--no-model", QUESTION, "--export", str(page), library=library)
    return page


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        page = example_page(Path(folder))
        PICTURE.parent.mkdir(exist_ok=True)
        chromium.run(page, f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={PICTURE}")


if __name__ == "__main__":
    main()
