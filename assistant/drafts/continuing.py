"""What a check has finished, kept on disk, so that one that was stopped can go on where it was.

One file for each draft, archive and way of checking: JSON lines, a sentence each, in the order of the draft. After an
ingest or a removal the archive is another, so the file's name is, and the check begins anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from assistant.drafts.check_report import CheckedSentence
from assistant.errors import UsageError
from assistant.json_form import from_json, json_text


class FinishedSentences:
    """The sentences of one draft that are finished."""

    def __init__(self, file: Path) -> None:
        """`file` need not exist."""
        self._file = file

    def load(self) -> list[CheckedSentence]:
        """Return those of a check that was stopped; a line that was cut off ends them."""
        if not self._file.is_file():
            return []
        found: list[CheckedSentence] = []
        for line in self._file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(from_json(CheckedSentence, json.loads(line)))
            except ValueError:
                break
        self._write("".join(json_text(sentence) + "\n" for sentence in found), "w")
        return found

    def begin(self) -> None:
        """Forget what is there."""
        with suppress(OSError):  # what can't be removed can't be written either, which is said then
            self._file.unlink()

    def keep(self, sentence: CheckedSentence) -> None:
        """Write down one more. Raises `UsageError` when that can't be done."""
        self._write(json_text(sentence) + "\n", "a")

    def _write(self, text: str, mode: str) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open(mode, encoding="utf-8") as out:
                out.write(text)
        except OSError as error:
            raise UsageError(
                f"{self._file} cannot be written ({error.strerror or error}). Set ASSISTANT_CACHE to another folder."
            ) from error
