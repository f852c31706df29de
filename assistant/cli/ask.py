"""Commands that ask the archive: `ask`, `timeline`, `brief`, `search`, `chat` and `show`.

Nothing slow is imported at the top of a module with commands: each command imports its work when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from assistant.cli.invocation import Invocation
from assistant.cli.options import (
    AnswerOptions,
    Common,
    FileOptions,
    Question,
    QuestionOptions,
    Subject,
    question_from,
    with_options,
)

Export = Annotated[
    str | None,
    typer.Option("--export", metavar="FILE", help="Write the answer to a file too: .html .md .json .csl.json .bib"),
]


@with_options()
def ask(
    ctx: typer.Context,
    question: Question = None,
    *,
    asked: QuestionOptions,
    answering: AnswerOptions,
    export: Export = None,
    file: FileOptions,
    common: Common,
) -> None:
    """Answer a question from the archive.

    Every statement comes with the sentences it stands on; "assistant show" opens one by the reference printed after it.
    Without a language model, the best sentences are quoted. Without a QUESTION, or with -, it is read from standard
    input.
    """
    _answer(Invocation.of(ctx, common, answering), question_from(question), asked, export, file)


def _about_a_story(name: str, kind: str, does: str) -> Callable[..., None]:
    """Make the command `name` that asks for one kind of overview of a story; `does` opens its help."""

    @with_options()
    def command(
        ctx: typer.Context,
        subject: Subject = None,
        *,
        asked: QuestionOptions,
        answering: AnswerOptions,
        export: Export = None,
        file: FileOptions,
        common: Common,
    ) -> None:
        from assistant.english.broad_questions import Kind, request_for

        words = request_for(question_from(subject, "subject"), Kind(kind))
        _answer(Invocation.of(ctx, common, answering), words, asked, export, file)

    command.__name__, command.__doc__ = (
        name,
        f"{does}\n\nSUBJECT is what the story is about, in a few words, or a question about it.",
    )
    return command


timeline = _about_a_story("timeline", "timeline", "Say what happened day by day, each fact with its source.")
brief = _about_a_story("brief", "overview", "Sum up a story of many articles, each fact with its source.")


def _answer(
    invocation: Invocation, question: str, asked: QuestionOptions, export: str | None, file: FileOptions
) -> None:
    """Answer the question, print the answer, and write it to a file where one is named."""
    filters, asked_on = asked.filters(), asked.day()
    from assistant.cli import progress, render
    from assistant.cli.terminal import is_watched, output
    from assistant.export.target import ExportTarget
    from assistant.json_form import to_json
    from assistant.retrieval.limits import canonical_names

    target = ExportTarget.of(export, file.form, force=file.force) if export else None
    console = output()
    watched = is_watched() and not invocation.as_json
    with invocation.opened() as assistant:
        filters = canonical_names(assistant, filters)
        with progress.draft_view(console, watched=watched) as on_text:
            answer = assistant.ask(question, asked_on=asked_on, filters=filters, on_text=on_text)
        invocation.notices.add(*assistant.notices)
        lines = render.answer_parts(console, answer, usage=invocation.settings.usage)
        if asked.explain:
            known = assistant.explain(question, asked_on=asked_on, filters=filters)
            record = {"understood": known, **to_json(answer)}
            invocation.print(record, [*render.understanding_parts(console, known), *lines])
        else:
            invocation.print(answer, lines)
        if target is not None:
            from assistant.cli.sessions import write_answer  # not paid for by those who export nothing

            write_answer(assistant, invocation, answer, filters, target)


@with_options()
def search(
    ctx: typer.Context,
    question: Question = None,
    *,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many sentences to show.")
    ] = 10,
    asked: QuestionOptions,
    common: Common,
) -> None:
    """List the sentences nearest to a question.

    No language model is asked. Without a QUESTION, or with -, it is read from standard input.
    """
    filters, asked_on = asked.filters(), asked.day()
    text = question_from(question)
    from assistant.cli import render
    from assistant.cli.terminal import output
    from assistant.retrieval.limits import canonical_names

    invocation, console = Invocation.of(ctx, common), output()
    with invocation.opened() as assistant:
        filters = canonical_names(assistant, filters)
        known = assistant.explain(text, asked_on=asked_on, filters=filters) if asked.explain else None
        found = assistant.search(text, limit=limit, asked_on=asked_on, filters=filters)
        told = [] if known is None else render.understanding_parts(console, known)
        record = found if known is None else {"understood": known, "evidence": found}
        invocation.print(record, [*told, *render.search_parts(console, found)])


@with_options(without="as_json")
def chat(
    ctx: typer.Context,
    *,
    asked: QuestionOptions,
    answering: AnswerOptions,
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on with the newest saved conversation.")] = False,
    resume: Annotated[str | None, typer.Option(metavar="ID", help="Go on with this saved conversation.")] = None,
    common: Common,
) -> None:
    """Ask question after question.

    Later ones may refer to earlier ones. /help lists what else can be typed. When standard input is no terminal, each
    of its lines is a question or a command.
    """
    filters, asked_on = asked.filters(), asked.day()
    from assistant.cli.chat.start import hold_chat

    invocation = Invocation.of(ctx, common, answering)
    resumed = resume or ("latest" if go_on else "")
    raise typer.Exit(hold_chat(invocation, asked_on, filters, resume=resumed, explain=asked.explain))


@with_options()
def show(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", hidden=True)],
    whole: Annotated[bool, typer.Option("--all", help="Show the whole article.")] = False,
    *,
    common: Common,
) -> None:
    """Show a cited sentence in its article.

    REF is the reference printed after a source, such as 0a1b2c3d4e-5f6071-7. It stays good after the article was
    updated: then both versions are shown, and what changed.
    """
    from assistant.cli import article_view
    from assistant.cli.terminal import output

    invocation = Invocation.of(ctx, common)
    with invocation.opened() as assistant:
        link = assistant.permalink(ref)
        if invocation.as_json:
            invocation.print(article_view.permalink_record(assistant, link), [])
        else:
            invocation.print(link, article_view.permalink_parts(output(), assistant, link, whole=whole))
