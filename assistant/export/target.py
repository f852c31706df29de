"""Writing an export: formats, file names, and never over an existing file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.errors import UsageError
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.export.document import Document

_NAME_LENGTH = 60  # characters of a suggested name, without its ending
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)")  # names that Windows gives to devices


class Format(StrEnum):
    """The formats of an export."""

    HTML = "html"  # a page for reading, printing and passing on
    MARKDOWN = "md"
    JSON = "json"  # everything, for programs
    CSL = "csl"  # CSL-JSON, for reference managers: the articles cited
    BIBTEX = "bib"  # BibTeX: the same


_ENDINGS = {  # the longest that fits decides
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".json": Format.JSON,
    ".csl.json": Format.CSL,
    ".csl": Format.CSL,
    ".bib": Format.BIBTEX,
    ".bibtex": Format.BIBTEX,
}


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A file that an export is to be written to."""

    path: Path
    format: Format
    force: bool = False  # write over a file that is there

    @classmethod
    def of(cls, file: str, form: str | None = None, *, force: bool = False) -> Self:
        """Return the target that the user named. Raises `UsageError` for an unknown format or an unwritable path.

        The place is looked at before anything is asked, so that no answer is lost over it.
        """
        try:
            path = Path(file).expanduser()
        except RuntimeError as error:
            raise UsageError(f"There is no home folder for {safe(file)}. Name the folder itself.") from error
        target = cls(path, format_of(file, form), force)
        with _faults(path):
            target.check()
        return target

    def check(self) -> None:
        """Raises `UsageError` when nothing can be written there."""
        if str(self.path) == "-":
            raise UsageError("Name a file to export to; for standard output there is --json.")
        folder = self.path.parent
        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}. Make it first, or name another.")
        if self.path.is_dir():
            raise UsageError(f"{self.path} is a folder. Name a file in it, such as {self.path / 'answer.html'}.")
        if self.path.exists() and not self.force:
            raise UsageError(f"{self.path} is there already. Name another file, or write over it with --force.")

    def write(self, text: str) -> None:
        """Write the text in one step: a reader of the file sees all of it or what was there before.

        Raises `UsageError` when that fails.
        """
        self.check()
        with _faults(self.path):
            if self.force:
                _replace(self.path.resolve(), text)
                return
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # the name is ours now
            try:
                _replace(self.path, text)
            except BaseException:  # Ctrl-C too: the name that was taken is given back, the error goes on
                self.path.unlink()
                raise


def file_text(document: Document, form: Format) -> str:
    """Return the document as the text of a file in UTF-8."""
    from assistant.export import markdown, pages, references
    from assistant.json_form import json_text

    writers: dict[Format, Callable[[Document], str]] = {
        Format.HTML: pages.html_page,
        Format.MARKDOWN: markdown.markdown,
        Format.JSON: lambda whole: json_text(whole, indent=2) + "\n",  # every record as it is, to be read back
        Format.CSL: references.csl_json,
        Format.BIBTEX: references.bibtex,
    }
    return writers[form](document)


def format_of(file: str, form: str | None = None) -> Format:
    """Return a file name made of the words of a title, with nothing that a file system or shell could act on."""
    known = ", ".join(Format)
    if form is not None:
        if form.lower() in list(Format):
            return Format(form.lower())
        raise UsageError(f"There is no format {form!r}; known are {known}.")
    name = Path(file).name.lower()
    fitting = [ending for ending in _ENDINGS if name.endswith(ending)]
    if not fitting:
        raise UsageError(f"The ending of {file!r} names no format. End it in .html, .md, .json, .csl.json or .bib.")
    return _ENDINGS[max(fitting, key=len)]


def suggested_name(title: str, form: Format) -> str:
    """Return a file name made of the words of a title, with nothing that a file system or a shell could act on."""
    words = "-".join(re.findall(r"\w+", safe(title).casefold()))[:_NAME_LENGTH].strip("-_")
    if not words or _RESERVED.fullmatch(words):
        words = "answer"
    return words + (".csl.json" if form is Format.CSL else f".{form}")


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        with temporary.open("x", encoding="utf-8", errors="replace", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except BaseException:  # Ctrl-C too: no half-written file stays, the error goes on
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise UsageError(f"{path} is there already. Name another file, or write over it with --force.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror or error}). Name another place.") from error
