"""`python -m assistant` is the command `assistant`."""

from __future__ import annotations

from assistant.cli.main import run

if __name__ == "__main__":
    run()
