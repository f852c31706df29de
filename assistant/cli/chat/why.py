"""How an answer came about: how the question was understood, what was found, and what the checks say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from assistant import wording
from assistant.checks.verify import check_statement, each_check
from assistant.cli import render
from assistant.cli.terminal import hanging
from assistant.records import Citation, Statement, Turn
from assistant.safe_text import safe

if TYPE_CHECKING:
    from assistant.retrieval.query import Query

_FEW = 60  # characters of a sentence in a list
_LEGEND = (
    "* cited; score 0 to 1, made of the words of the question that the sentence holds, its nearness in meaning, its "
    "article's fit and day"
)


def of_answer(console: Console, turn: Turn, query: Query) -> Iterator[Text]:
    """The whole way from the question to the answer."""
    given = turn.answer
    if turn.standalone and turn.standalone != turn.question:
        yield hanging(console, "Searched  ", Text(safe(turn.standalone)))
    yield from render.query_parts(console, query)
    yield Text(f"Offered, best first; strength of the evidence {given.strength:.2f} of 1", "bold")
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
        yield from _checked(console, statement, turn)
    if given.model:
        yield Text(f"\nModel {safe(given.model)}, prompt {safe(given.prompt_id)}", "dim")


def of_source(console: Console, turns: Sequence[Turn], citation: Citation) -> Iterator[Text]:
    """One source, where it was found, and the statements that point to it."""
    yield from render.evidence_block(console, f"[{citation.number}] ", citation)
    for turn in turns:
        evidence = turn.answer.evidence
        for rank, offered in enumerate(evidence, start=1):
            if offered.number == citation.number:
                found = f"Found for “{safe(turn.answer.question)}”: {rank} of {len(evidence)} offered, score "
                yield hanging(console, "", Text(found + _parts(offered)))
        for statement in turn.answer.statements:
            if any(cited.number == citation.number for cited in statement.citations):
                yield from _checked(console, statement, turn)


def _offered(console: Console, citation: Citation, *, cited: bool) -> Text:
    """Where it stands in the list, where it comes from, and what its score is made of."""
    mark = "*" if cited else " "
    info, words = citation.article, safe(citation.text)
    start = words if len(words) <= _FEW else words[:_FEW].rsplit(" ", 1)[0] + " …"
    body = Text.assemble((wording.outlet_of(info), "bold"), f" · {wording.published(info)} · {start}")
    body.append(f" (score {_parts(citation)})", "dim")
    return hanging(console, f"{mark} {f'[{citation.number}]':<5}", body)


def _parts(citation: Citation) -> str:
    return f"{citation.score:.2f}; words {citation.words:.2f}, meaning {citation.meaning:.2f}"


def _checked(console: Console, statement: Statement, turn: Turn) -> Iterator[Text]:
    """A statement, its verdict, and what each check says."""
    numbers = [*(citation.number for citation in statement.citations), *statement.unknown]
    offered = {citation.number: citation for citation in turn.answer.evidence}
    checked = check_statement(statement.text, numbers, offered, question=turn.answer.question)
    each = each_check(statement.text, numbers, offered, question=turn.answer.question)
    yield hanging(console, "- ", wording_of(statement))
    given = f"{statement.verdict}; support by the cited sentences {checked.support:.2f} of 1"
    yield hanging(console, "  ", Text(given, "bold"))
    passed = [name for name, problems in each.items() if not problems]
    if passed:
        yield hanging(console, "  passed: ", Text(", ".join(passed)))
    for name, problems in each.items():
        if problems:
            yield hanging(console, f"  failed: {name}: ", Text("; ".join(safe(problem) for problem in problems)))
    if not each and statement.problems:
        yield hanging(console, "  failed: ", Text("; ".join(safe(problem) for problem in statement.problems)))
    if statement.opinion is not None:
        said = f"{statement.opinion.verdict}. {safe(statement.opinion.reason)}"
        yield hanging(console, "  second opinion of the model: ", Text(said))
    if checked.better is not None:
        yield hanging(console, "  ", Text(f"[{checked.better}] supports it better than what it points to."))


def wording_of(statement: Statement) -> Text:
    """The statement with its numbers, without its marks: they follow one by one."""
    markers = "".join(f"[{citation.number}]" for citation in statement.citations)
    return Text(f"{safe(statement.text)} {markers}")
