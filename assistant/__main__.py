"""`python -m assistant` is the command `assistant`."""

from __future__ import annotations

import sys


def run() -> None:  # same name as cli.main.run because it calls it
    """The command `assistant`; Ctrl-C while it is still loading ends it as quietly as later."""
    try:
        from assistant.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    main.run()


if __name__ == "__main__":
    run()
