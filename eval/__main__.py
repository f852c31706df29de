"""`python -m eval`: the same as `assistant eval`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from assistant.cli.edge import guarded
from eval.cli import app


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""

    def call() -> object:
        return typer.main.get_command(app).main(list(arguments), prog_name="eval", standalone_mode=False)

    return guarded(call, as_json="--json" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
