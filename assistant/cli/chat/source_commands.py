"""Commands that show what an answer stands on: its sources and their articles, and how it was found and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.checks.reading import CalibratedReader
from assistant.checks.verify import Checked, check_statement
from assistant.cli import article_view, render
from assistant.cli.chat import clipboard
from assistant.cli.chat.state import ChatState
from assistant.cli.terminal import hanging, print_parts
from assistant.errors import UsageError
from assistant.permalinks import find_sentence
from assistant.records import ArticleInfo, Citation, Evidence, Statement, StoredArticle, Turn, Verdict
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.retrieval.understanding import Understanding

_FOUND = "abcdefghijklmnopqrstuvwxyz"[:10]  # names of the sentences that /find lists
_REFERENCE = re.compile("[0-9a-f]{4,}-[0-9a-f]{4,}-[0-9]+(?:[.][.][0-9]+)?")
_WANTED = (
    "with the number N of a source shown in this chat, the letter of a sentence that /find listed, a reference such as "
    "0a1b2c3d4e-5f6071-7, or words of a title."
)

_FEW = 60  # characters of a sentence in a list
_READ = "supported {:.2f}, refuted {:.2f}, unknown {:.2f}"
_LEGEND = (
    "* cited; score 0 to 1, made of the words of the question that the sentence holds, its nearness in meaning, its "
    "article's fit and day"
)


class _Target(NamedTuple):
    """An article to be shown, and the sentence in it."""

    article: StoredArticle
    sentence: int | None  # None: the article from its beginning


class SourceCommands:
    """Commands that lead from an answer to its evidence and its articles."""

    title = "What an answer stands on"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_sources(self, _: str) -> None:
        """Show the sources of the last answer again, each with its sentence."""
        citations = self._last().answer.citations
        if not citations:
            raise UsageError("There is no answer with sources yet.")
        print_parts(self._chat.console, render.sources(self._chat.console, citations))

    def cmd_open(self, argument: str) -> None:
        """Read the whole article, opened at the sentence with number N: /open 2; or by words of its title."""
        target = self._target(argument, "/open")
        parts = article_view.context_parts(target.article, target.sentence, whole=True)
        if self._chat.paged:
            from assistant.cli.chat.pager import open_pager

            open_pager(self._chat.console, list(parts))
        else:
            print_parts(self._chat.console, parts)

    def cmd_context(self, argument: str) -> None:
        """Show the sentence with number N and those around it: /context 2."""
        target = self._target(argument, "/context")
        print_parts(self._chat.console, article_view.context_parts(target.article, target.sentence))

    def cmd_find(self, argument: str) -> None:
        """List sentences of the archive on these words, a to j, without asking a model: /find pellin bridge."""
        if not argument:
            raise UsageError("Write the words to look for: /find WORDS")
        filters = self._chat.conversation.filters
        with self._chat.working("Searching the archive"):
            self._chat.found = self._chat.assistant.search(argument, limit=len(_FOUND), filters=filters)
        if not self._chat.found:
            self._chat.say("No sentence found.")
        for letter, evidence in zip(_FOUND, self._chat.found, strict=False):
            print_parts(self._chat.console, render.evidence_block(self._chat.console, f"{letter}. ", evidence))

    def cmd_why(self, argument: str) -> None:
        """Show how the last question was understood, what was found and what the checks say; /why 2: source 2 alone."""
        turn = self._last()
        if argument:
            citation = self._chat.conversation.citation(_number(argument)) if argument.isdecimal() else None
            if citation is None:
                raise UsageError("Write /why, or /why N with the number N of a source shown in this chat.")
            print_parts(
                self._chat.console,
                _why_source(self._chat.console, self._chat.conversation.turns, citation, self._reading),
            )
        else:
            known = self._chat.explain(turn.answer.question, self._chat.asked_within)
            print_parts(self._chat.console, _why_answer(self._chat.console, turn, known, self._reading))

    def cmd_explain(self, argument: str) -> None:
        """Say how a question is understood, without answering it: /explain QUESTION; /explain alone: the last one."""
        within = self._chat.conversation.filters if argument else self._chat.asked_within
        known = self._chat.explain(argument or self._last().answer.question, within)
        print_parts(self._chat.console, render.understanding_parts(self._chat.console, known))

    def cmd_copy(self, argument: str) -> None:
        """Copy the last answer with its sources to the clipboard; /copy 2: the sentence of source 2 with its origin."""
        text = (
            clipboard.source_text(self._evidence(argument, "/copy"))
            if argument
            else clipboard.answer_text(self._last())
        )
        self._chat.say(clipboard.copy(f"{text}\n", at_terminal=self._chat.paged))

    @property
    def _reading(self) -> CalibratedReader | None:
        return self._chat.assistant.reading

    def _last(self) -> Turn:
        if not self._chat.conversation.turns:
            raise UsageError("There is no answer with sources yet.")
        return self._chat.conversation.turns[-1]

    def _target(self, argument: str, command: str) -> _Target:
        assistant = self._chat.assistant
        if _REFERENCE.fullmatch(argument):
            return _Target(*find_sentence(argument, assistant.article))
        if evidence := self._named(argument):
            info = evidence.article  # by its text: a page that was changed back has it in its newest version again
            return _Target(assistant.article(info.id, text_hash=info.text_hash), evidence.sentence)
        return _Target(assistant.article(self._titled(argument, command).id), None)

    def _titled(self, words: str, command: str) -> ArticleInfo:
        if words in self._chat.titles:
            return self._chat.titles[words]
        found = self._chat.assistant.titled(words, limit=2) if len(words) > 2 and not words.isdecimal() else []
        if not found:
            raise UsageError(f"Write {command} N {_WANTED}")
        if len(found) > 1 and safe(found[0].title).casefold() != words.casefold():
            raise UsageError(f"Several titles hold {safe(words)!r}; more words, or the tab key, choose one.")
        return found[0]

    def _evidence(self, argument: str, command: str) -> Evidence:
        found = self._named(argument)
        if found is None:
            raise UsageError(f"Write {command}, or {command} N with the number N of a source shown in this chat.")
        return found

    def _named(self, argument: str) -> Evidence | None:
        """Return the sentence with this number or letter."""
        if argument.isdecimal():
            return self._chat.conversation.citation(_number(argument))
        if len(argument) == 1 and argument in _FOUND[: len(self._chat.found)]:
            return self._chat.found[_FOUND.index(argument)]
        return None


def _number(argument: str) -> int:
    return int(argument[:9])


def _why_answer(console: Console, turn: Turn, known: Understanding, reading: CalibratedReader | None) -> Iterator[Text]:
    """Yield the whole way from the question to the answer."""
    given = turn.answer
    if turn.standalone and turn.standalone != turn.question:
        yield hanging(console, "Searched  ", Text(safe(turn.standalone)))
    yield from render.understanding_parts(console, known)
    yield Text(f"Offered, best first; confidence in the evidence {given.confidence:.2f} of 1", "bold")
    cited = {citation.number for citation in given.citations}
    for citation in given.evidence:
        yield _offered(console, citation, cited=citation.number in cited)
    if given.evidence:
        yield hanging(console, "  ", Text(_LEGEND, "dim"))
    if given.abstained:
        yield Text(f"\nNo answer: {safe(given.reason)}")
    elif given.statements:
        yield Text("\nStatements and their checks", "bold")
    for statement in given.statements:
        yield from _checked(console, statement, turn, reading)
    if given.unproven:
        yield Text("\nWhat the model wrote, of which nothing is proven", "bold")
    for statement in given.unproven:
        yield from _checked(console, statement, turn, reading)
    if given.model:
        yield Text(f"\nModel {safe(given.model)}, prompt {safe(given.prompt_id)}", "dim")


def _why_source(
    console: Console, turns: Sequence[Turn], citation: Citation, reading: CalibratedReader | None
) -> Iterator[Text]:
    """Yield one source, where it was found, and the statements that point to it."""
    yield from render.evidence_block(console, f"[{citation.number}] ", citation)
    for turn in turns:
        evidence = turn.answer.evidence
        for rank, offered in enumerate(evidence, start=1):
            if offered.number == citation.number:
                found = f"Found for “{safe(turn.answer.question)}”: {rank} of {len(evidence)} offered, score "
                yield hanging(console, "", Text(found + _score_parts(offered)))
        for statement in turn.answer.statements:
            if any(cited.number == citation.number for cited in statement.citations):
                yield from _checked(console, statement, turn, reading)


def _offered(console: Console, citation: Citation, *, cited: bool) -> Text:
    """Say where it stands in the list, where it comes from, and what its score is made of."""
    mark = "*" if cited else " "
    info, words = citation.article, safe(citation.text)
    start = words if len(words) <= _FEW else words[:_FEW].rsplit(" ", 1)[0] + " …"
    body = Text.assemble((wording.outlet_of(info), "bold"), f" · {wording.published(info)} · {start}")
    body.append(f" (score {_score_parts(citation)})", "dim")
    return hanging(console, f"{mark} {f'[{citation.number}]':<5}", body)


def _score_parts(citation: Citation) -> str:
    return f"{citation.score:.2f}; words {citation.words:.2f}, meaning {citation.meaning:.2f}"


def _checked(console: Console, statement: Statement, turn: Turn, reading: CalibratedReader | None) -> Iterator[Text]:
    """Yield a statement, its verdict, and the findings of its checks.

    One that was cut off, or judged otherwise when it was asked (by "today", on another day), keeps its own problems.
    """
    numbers = [citation.number for citation in statement.citations] or statement.unknown
    offered = {citation.number: citation for citation in turn.answer.evidence}
    checked = check_statement(statement.text, numbers, offered, question=turn.answer.question, reading=reading)
    yield hanging(console, "- ", _wording_of(statement))
    given = f"{statement.verdict}; support by the cited sentences {checked.support:.2f} of 1"
    yield hanging(console, "  ", Text(given, "bold"))
    if checked.read is not None:
        yield hanging(console, "  read: ", Text(_READ.format(*checked.read)))
    if pointer := wording.pointed(statement):
        yield hanging(console, "  ", Text(pointer))
    if statement.cut_off or checked.verdict is not statement.verdict:
        yield hanging(console, "  failed: ", Text("; ".join(safe(problem) for problem in statement.problems)))
    else:
        yield from _findings(console, checked)
    if statement.opinion is not None:
        said = f"{statement.opinion.verdict}. {safe(statement.opinion.reason)}"
        yield hanging(console, "  second opinion of the model: ", Text(said))


def _findings(console: Console, checked: Checked) -> Iterator[Text]:
    """Yield the checks that a statement passed, and what the others found."""
    if checked.passed:
        yield hanging(console, "  passed: ", Text(", ".join(checked.passed)))
    for name, found in groupby(checked.findings, key=lambda finding: finding.check):
        findings = [finding for finding in found if finding.problem]
        word = "noted" if all(finding.verdict is Verdict.SUPPORTED for finding in findings) else "failed"
        word = "overruled by the reader" if any(finding.overruled for finding in findings) else word
        if findings:
            problems = "; ".join(safe(finding.problem) for finding in findings)
            yield hanging(console, f"  {word}: {name}: ", Text(problems))


def _wording_of(statement: Statement) -> Text:
    """Return the statement with its numbers, without its marks: they follow one by one."""
    markers = "".join(f"[{citation.number}]" for citation in statement.citations)
    return Text(f"{safe(statement.text)} {markers}")
