"""Which form of the prompt a small model answers best from: the same questions and sentences in many forms.

    python -m research.experiments.prompt_forms ask --library FOLDER --questions FILE --kept FILE [--forms NAME …]
    python -m research.experiments.prompt_forms table --library FOLDER --questions FILE --kept FILE

QUESTIONS are JSON lines with `question`, `asked_on` and `answers`. `ask` needs a model (OPENAI_BASE_URL, or
`assistant config base_url …`), asks it each question once in every form, and keeps the replies in a file: a run that
was stopped goes on where it was. `table` puts the kept replies through the whole proof and prints what a user would
have been shown. Sentences are retrieved once for a question, so forms differ in nothing but the prompt.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from assistant.answering.abstention import reason_to_abstain
from assistant.answering.answer import AnswerSetup, answer
from assistant.answering.conversation import TurnInProgress
from assistant.answering.generative import GenerativeAnswerer
from assistant.answering.pipeline import chat_model
from assistant.answering.prompt import (
    NOT_IN_ARCHIVE,
    article_opening,
    by_article,
    load_prompt,
)
from assistant.answering.readers import open_reader
from assistant.errors import ModelSilent
from assistant.library.library import Library
from assistant.llm.chat import Message, OnText, Reply
from assistant.llm.embeddings import chosen_embedder
from assistant.llm.tokens import token_counter
from assistant.records import Answer, Citation, DateMention, Filters, Retrieved, Statement, Verdict
from assistant.retrieval.retriever import Retriever
from assistant.safe_text import as_data
from assistant.settings import Settings, load, tiktoken_folders
from assistant.wording import long_date, span_of_days
from eval.metrics.words import contains
from research.experiments.claims import say

_ANSWER_TOKENS = 200  # of a reply; the longest right one had 96
_BATCH = 12  # questions that are asked in one form after the other: a server keeps what prompts begin with
_LONGEST = 4_000  # characters of a sentence or a question
_SHOWN = (Verdict.SUPPORTED, Verdict.PARTLY)
_DAYS_RULE = re.compile(r"^6\. .*$", re.MULTILINE)
_RULES_ON_DAYS = {  # the rule on days, and the words of the example
    "notes": (
        '6. {…} after a sentence is the program\'s note on which date its words mean. Write that date, not "today" or'
        ' "on Tuesday".',
        "on Saturday.",
    ),
    "brackets": (
        "6. A date in brackets after words such as “on Tuesday” is the day they mean. Write that date.",
        "on Saturday (7 March 1925).",
    ),
    "in place": ("6. Write dates as they stand in the sentences.", "on 7 March 1925."),
    "none": ("6. Write dates only as they stand in the sentences.", "on Saturday."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write the prompt."""

    days: str = "brackets"  # a day that words name: "notes" {Friday = 7 March 1925}, "brackets", "in place", "none"
    lines: str = "articles"  # sentences in blocks of articles, or "flat", each with its outlet and day
    numbers: str = "before"  # the sentence, or "after" it
    example: bool = True


FORMS = {
    "notes": Form(days="notes"),
    "brackets": Form(),
    "in place": Form(days="in place"),
    "no days": Form(days="none"),
    "no example": Form(example=False),
    "numbers after": Form(numbers="after"),
    "flat": Form(lines="flat"),
    "in place, after": Form(days="in place", numbers="after"),
}


class Asked(NamedTuple):
    """One question with what was found for it."""

    question: str
    asked_on: date
    answers: tuple[str, ...]
    found: Retrieved


# -- the prompt in a form


def messages(form: Form, asked: Asked, offered: Sequence[Citation]) -> list[Message]:
    """Return what the model reads."""
    prompt = load_prompt("answer")
    prompt = replace(prompt, text=_in_form(prompt.text, form))
    day = f"{asked.asked_on:%A}, {long_date(asked.asked_on)}"
    framed = "\n".join(_blocks(form, offered))
    rendered = prompt.render(
        abstention=NOT_IN_ARCHIVE, evidence=framed, question=as_data(asked.question, _LONGEST), today=day
    )
    return rendered if form.example else [rendered[0], rendered[-1]]


def _in_form(text: str, form: Form) -> str:
    """Return the prompt in use, which has days in brackets and numbers after the sentence, in another form."""
    rule, shown = _RULES_ON_DAYS[form.days]
    text = _DAYS_RULE.sub(rule, text).replace("on Saturday (7 March 1925).", shown)
    if form.days == "none":
        text = text.replace("crossing on 7 March 1925. [901]", "crossing on Saturday. [901]")
    if form.numbers == "before":
        text = re.sub(r"^([^\[\n]*) \[(90\d)\]$", r"[\2] \1", text, flags=re.MULTILINE)
    if form.days == "notes":
        text = text.replace("on Saturday.", "on Saturday. {Saturday = 7 March 1925}")
    if form.lines == "flat":
        text = _flat_example(text)
    if not form.example:
        text = re.sub(r"^The first question and its answer are made up.*$", "", text, flags=re.MULTILINE)
    return text


def _flat_example(text: str) -> str:
    opening = ""
    lines: list[str] = []
    for line in text.splitlines():
        if found := re.fullmatch(r'<article date="([^"]*)" outlet="([^"]*)" .*>', line):
            opening = f"({found[2]}, {found[1]})"
        elif opening and (numbered := re.fullmatch(r"(\[90\d\]) (.*)", line)):
            lines.append(f"{numbered[1]} {opening} {numbered[2]}")
        elif line != "</article>":
            lines.append(line)
    return "\n".join(lines)


def _blocks(form: Form, offered: Sequence[Citation]) -> Iterator[str]:
    for group in by_article(offered):
        ordered = sorted(group, key=lambda citation: (citation.sentence, citation.start, citation.number))
        if form.lines == "flat":
            yield from (_line(form, citation) for citation in ordered)
        else:
            opening = article_opening(ordered[0].article)
            yield "\n".join((opening, *(_line(form, citation) for citation in ordered), "</article>"))


def _line(form: Form, citation: Citation) -> str:
    text = as_data(_with_days(form.days, citation), _LONGEST)
    if form.days == "notes":
        notes = [f"{_words(citation, m)} = {_span(m)}" for m in citation.dates if m.relative]
        text += f" {{{'; '.join(dict.fromkeys(notes))}}}" if notes else ""
    article = citation.article
    day = long_date(article.published) if article.published else "no date"
    where = f"({as_data(article.outlet, _LONGEST) or 'unknown'}, {day}) " if form.lines == "flat" else ""
    number = f"[{citation.number}]"
    return f"{where}{text} {number}" if form.numbers == "after" else f"{number} {where}{text}"


def _with_days(days: str, citation: Citation) -> str:
    """Return the words of a sentence with the days that its words name, written as `days` says."""
    text, write = citation.text, _DAYS.get(days)
    if write is None:
        return text
    for mention in sorted((m for m in citation.dates if m.relative), key=lambda m: -m.start):
        words = text[mention.start : mention.end]
        text = f"{text[: mention.start]}{write(words, _span(mention))}{text[mention.end :]}"
    return text


def _in_place(words: str, day: str) -> str:
    preposition = "on " if words.casefold().startswith("on ") or not words[:1].isupper() else ""
    return f"{preposition}{day}"


_DAYS: dict[str, Callable[[str, str], str]] = {"brackets": lambda words, day: f"{words} ({day})", "in place": _in_place}


def _words(citation: Citation, mention: DateMention) -> str:
    return citation.text[mention.start : mention.end]


def _span(mention: DateMention) -> str:
    return span_of_days(mention.first, mention.last)


# -- asking


class KeptModel:
    """A model that gives a reply which was kept."""

    def __init__(self, reply: str) -> None:
        self._reply = reply

    def complete(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Reply:  # noqa: ARG002
        """Return the kept reply; raises `ModelSilent` where there was none."""
        if not self._reply:
            raise ModelSilent("an empty reply", "kept")
        return Reply(text=self._reply, model="kept")


def retrieved(library: Library, settings: Settings, rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    """Yield each question with its evidence, where there is enough of it to answer from."""
    retriever = Retriever(library, reader=open_reader(settings, None).reading.reader)  # type: ignore[union-attr, arg-type]
    for row in rows:
        day = date.fromisoformat(row["asked_on"])
        found = retriever.retrieve(row["question"], limit=settings.evidence, asked_on=day, filters=Filters())
        yield Asked(row["question"], day, tuple(row["answers"]), found)


def answerer(reply: str, settings: Settings) -> GenerativeAnswerer:
    """Return the program's own answerer, whose model gives this reply."""
    counter = token_counter("", tiktoken_folders())
    return GenerativeAnswerer(
        KeptModel(reply), counter, prompt_tokens=settings.prompt_tokens, answer_tokens=_ANSWER_TOKENS
    )


def offered(asked: Asked, settings: Settings) -> tuple[Citation, ...]:
    """Return the numbered sentences of a prompt."""
    turn = TurnInProgress(question=asked.question, asked_on=asked.asked_on)
    return turn.numbered.cite(answerer("", settings).select(asked.found))


def ask(asked: Sequence[Asked], names: Sequence[str], settings: Settings, kept: Path) -> None:
    """Ask the model every question in every form that is not among the kept replies yet."""
    done = {(row["form"], row["question"]) for row in _kept(kept)}
    model = chat_model(settings)
    batches = [asked[at : at + _BATCH] for at in range(0, len(asked), _BATCH)]
    wanted = [(name, one) for batch in batches for name in names for one in batch if (name, one.question) not in done]
    for number, (name, one) in enumerate(wanted, 1):
        try:
            text = model.complete(messages(FORMS[name], one, offered(one, settings)), max_tokens=_ANSWER_TOKENS).text
        except ModelSilent:
            text = ""
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"form": name, "question": one.question, "reply": text}, ensure_ascii=False) + "\n")
        sys.stderr.write(f"\r{number} of {len(wanted)}: {name}   ")


def _kept(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


# -- what comes of the replies


def table(asked: Sequence[Asked], library: Library, settings: Settings, kept: Path) -> list[dict[str, Any]]:
    """Print what each form gives, and return every statement that is shown, to be read by a person."""
    shown: list[dict[str, Any]] = []
    replies = {(row["form"], row["question"]): row for row in _kept(kept)}
    reading, counter = open_reader(settings, None).reading, token_counter("", tiktoken_folders())  # type: ignore[arg-type]
    say("| form | replies | hold the answer | shown as supported | shown at all | pointed right | declined | tokens |")
    say("|---|---|---|---|---|---|---|---|")
    for name, form in FORMS.items():
        rows = [(one, replies[name, one.question]) for one in asked if (name, one.question) in replies]
        if not rows:
            continue
        given: list[tuple[Asked, str, Answer]] = []
        for one, row in rows:
            setup = AnswerSetup(answerer=answerer(row["reply"], settings), library=library, reading=reading)
            turn = TurnInProgress(question=one.question, asked_on=one.asked_on)
            given.append((one, row["reply"], answer(turn, one.found, setup)))
        read = [messages(form, one, offered(one, settings)) for one, _ in rows]
        shown += [_statement(name, one, ans, statement) for one, _, ans in given for statement in ans.statements]
        say(_row(name, given, sum(counter.count(m.content) for one in read for m in one) / len(rows)))
    return shown


def _statement(name: str, asked: Asked, given: Answer, statement: Statement) -> dict[str, Any]:
    return {
        "form": name,
        "question": asked.question,
        "quoted instead": bool(given.unproven),
        "verdict": statement.verdict.value,
        "statement": statement.text,
        "sources": [citation.text for citation in statement.citations],
        "problems": statement.problems,
    }


def _row(name: str, given: Sequence[tuple[Asked, str, Answer]], tokens: float) -> str:
    holding = [(one, ans) for one, reply, ans in given if _holds(reply, one.answers)]
    supported = sum(_shown(one, ans.statements, (Verdict.SUPPORTED,)) for one, ans in holding if not ans.unproven)
    at_all = sum(_shown(one, ans.statements, _SHOWN) for one, _, ans in given)
    proven = [s for _, _, ans in given if not ans.unproven for s in ans.statements if s.verdict is Verdict.SUPPORTED]
    pointed = sum(bool({c.number for c in s.citations} & set(s.written)) for s in proven) / max(1, len(proven))
    declined = sum("found no answer" in ans.reason for _, _, ans in given)
    return (
        f"| {name} | {len(given)} | {len(holding)} | {supported} | {at_all} | {pointed:.2f} of {len(proven)} "
        f"| {declined} | {tokens:.0f} |"
    )


def _shown(asked: Asked, statements: Sequence[Statement], verdicts: Sequence[Verdict]) -> bool:
    text = "\n".join("\n".join((s.text, *(c.text for c in s.citations))) for s in statements if s.verdict in verdicts)
    return _holds(text, asked.answers)


def _holds(text: str, answers: Sequence[str]) -> bool:
    return any(contains(text, wording) for wording in answers)


def main() -> None:
    """Ask, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ask", "table"])
    for name in ("library", "questions", "kept"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--shown", type=Path, help="file for the statements that are shown, to be read by a person")
    parser.add_argument("--forms", nargs="*", default=list(FORMS), choices=list(FORMS))
    chosen = parser.parse_args()
    settings = load().settings
    library = Library(chosen.library, chosen_embedder(settings))
    rows = [json.loads(line) for line in chosen.questions.read_text(encoding="utf-8").splitlines()]
    asked = [
        one
        for one in retrieved(library, settings, rows)
        if not reason_to_abstain(one.question, one.asked_on, one.found, library)
    ]
    sys.stderr.write(f"{len(asked)} of {len(rows)} questions are asked; the others are refused before.\n")
    if chosen.what == "ask":
        ask(asked, chosen.forms, settings, chosen.kept)
    else:
        shown = table(asked, library, settings, chosen.kept)
        if chosen.shown:
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in shown)
            chosen.shown.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
