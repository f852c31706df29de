"""`eval new`: shows drafts one after the other and keeps the accepted ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from assistant.answering.pipeline import chat_model
from assistant.app import Assistant
from assistant.cli.terminal import messages, show_notes, write_json
from assistant.errors import UsageError
from assistant.safe_text import safe, well_formed
from assistant.settings import Settings
from eval.commands.run import settings_of
from eval.drafting import ModelDrafts, cloze, drawn, short_names
from eval.options import Flags
from eval.records import Suite, SuiteQuestion
from eval.suite_files import lines_text, read_jsonl, row_of, suite_text

_TRIES = 20  # sentences that are tried for one draft before giving up
_KEYS = "[a]ccept, [m]end, [d]raft for later, [s]kip, [q]uit"


def write_drafts(common: Flags, output: str, *, count: int, ask: bool, seed: int) -> int:
    """Draft questions, write them to a file and return the exit code."""
    file = Path(output).expanduser()
    if file.suffix.lower() != ".jsonl":
        raise UsageError(f"{file}: a suite of drafts is a .jsonl file.")
    settings = settings_of(common)
    written: list[SuiteQuestion] = []
    with Assistant.open(settings.library, settings=settings, create=False) as assistant:
        _begin(file)
        known = {q.id for q in read_jsonl(file).questions}
        drafts = _drafts(assistant, settings, seed, known, count)
        for question in _looked_at(drafts) if ask and sys.stdin.isatty() and not common.as_json else drafts:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(lines_text([row_of(question)]))
            written.append(question)
    _tell(common, file, written)
    return 0


def _begin(file: Path) -> None:
    """Start a new file with the suite's name; an existing file is left as it is."""
    if not file.exists():
        try:
            text = suite_text(Suite(name=file.stem, questions=(), about="Questions about my archive."), file.parent)
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{file} cannot be written ({error.strerror}).") from error


def _drafts(
    assistant: Assistant, settings: Settings, seed: int, known: set[str], count: int
) -> Iterator[SuiteQuestion]:
    """Yield at most `count` drafts that the file does not hold yet."""
    write = ModelDrafts(chat_model(settings)).draft if settings.model_configured else cloze
    names = short_names(assistant.articles())
    found = 0
    for tries, source in enumerate(drawn(assistant, seed)):
        if found == count or tries >= _TRIES * count:
            return
        draft = write(source)
        if draft is not None and draft.id not in known:
            found += 1
            gold = replace(draft.gold[0][0], article=names[source.article.info.source])
            yield replace(draft, gold=((gold,),))


def _looked_at(drafts: Iterator[SuiteQuestion]) -> Iterator[SuiteQuestion]:
    """Yield each draft as the user edits or accepts it."""
    console = messages()
    for draft in drafts:
        _show(console, draft)
        key = _key()
        if key == "q":
            return
        if key == "m":
            yield _mended(draft)
        elif key in {"a", "d"}:
            yield replace(draft, status="accepted" if key == "a" else "draft", note="" if key == "a" else draft.note)


def _show(console: Console, draft: SuiteQuestion) -> None:
    gold = draft.gold[0][0]
    console.print(Text(f"\n{safe(gold.article)}, {draft.asked_on or 'no date'}", "dim"), soft_wrap=True)
    for name, text in (("Sentence", gold.text), ("Question", draft.question), ("Answer", draft.answers[0][0])):
        console.print(Text.assemble((f"{name}: ", "bold"), safe(text)), soft_wrap=True)


def _key() -> str:
    while True:
        answer = typer.prompt(_KEYS, err=True, default="s").strip().lower()[:1]
        if answer in set("amdsq"):
            return str(answer)


def _mended(draft: SuiteQuestion) -> SuiteQuestion:
    question = typer.prompt("Question", err=True, default=safe(draft.question))
    answers = typer.prompt("Answers, with | between them", err=True, default=safe(draft.answers[0][0]))
    wordings = tuple(w.strip() for w in well_formed(answers).split("|") if w.strip())
    return replace(
        draft,
        question=well_formed(question).strip(),
        answers=(wordings or draft.answers[0],),
        tags=(),
        note="",
        status="accepted",
    )


def _tell(common: Flags, file: Path, written: list[SuiteQuestion]) -> None:
    drafts = sum(q.draft for q in written)
    if common.as_json:
        write_json({"file": str(file), "written": len(written), "drafts": drafts})
    elif not common.quiet:
        notes = [f"{len(written)} questions written to {file}."]
        notes += [f'{drafts} are drafts: they are not asked until their "status" is "accepted".'] * bool(drafts)
        show_notes(messages(), notes)
