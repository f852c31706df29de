"""The words behind a command, as a shell would read them."""

from __future__ import annotations

import os
import shlex

from assistant.errors import UsageError
from assistant.safe_text import safe


def typed_words(argument: str) -> list[str]:
    """Words, in quotation marks where they hold blanks. Raises `UsageError` for a mark that is not closed."""
    try:
        return shlex.split(argument, posix=os.name == "posix")
    except ValueError as error:
        raise UsageError(f"A quotation mark is open in {safe(argument)!r}.") from error
