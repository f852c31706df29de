"""Runs a headless Chromium on a page of this machine: for pictures of pages, and for tests of how they look."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-quic"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_SECONDS = 60


def program() -> str | None:
    """Where Chromium lies, None when there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def run(page: Path | str, *flags: str, dark: bool = False) -> str:
    """What Chromium, given a file or an address, prints for these flags, e.g. the page's elements for --dump-dom.

    Raises `FileNotFoundError` when there is no Chromium, and `subprocess.SubprocessError` when it fails or hangs.
    """
    chromium = program()
    if chromium is None:
        raise FileNotFoundError(f"Chromium is needed; none of {', '.join(_NAMES)} is installed.")
    place = page if isinstance(page, str) else page.resolve().as_uri()
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [chromium, *FLAGS, scheme, f"--user-data-dir={profile}", *flags, place]
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True, encoding="utf-8")  # noqa: S603
    return done.stdout
