"""Finding and reading suites: the file that a person writes, BEIR folders and SQuAD files as they are.

`eval.records` documents the format of a suite file. Reading is strict: an unknown field, an id used twice or a question
that nothing could score is an error that names the line, since a misspelt `unanswerable` would turn a score around.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from assistant.errors import UsageError
from assistant.json_form import json_text
from eval.records import Suite, SuiteQuestion
from eval.replaying import PLACEHOLDER

SUITES = Path(__file__).with_name("suites")
"""The project's own suites, which a name without a path means."""


def open_suite(name: str) -> Suite:
    """Return the suite `name`: a file or folder, one of the shipped suites, or a set of the measuring data.

    Raises `UsageError` when there is none, when it can't be read, or when a question in it could not be scored.
    """
    from eval.datasets import news2022

    path, names = Path(name).expanduser(), named_suites()
    if name == "news2022" and name in names:
        suite = news2022.read_news2022()
    elif name in names or path.exists():
        suite = _read(SUITES / f"{name}.jsonl" if name in names else path)
    else:
        known = ", ".join(names) or "none"
        raise UsageError(f"There is no suite {name}: give a file, a BEIR folder, or one with a name ({known}).")
    check_suite(suite)
    return suite


def named_suites() -> tuple[str, ...]:
    """Return the names that `open_suite` takes instead of a path."""
    from eval.datasets.files import DATA

    measuring = ("news2022",) if (DATA / "news2022").is_dir() else ()
    return (*sorted(path.stem for path in SUITES.glob("*.jsonl")), *measuring)


def _read(path: Path) -> Suite:
    """Read a JSON lines or CSV file, a SQuAD file (.json) or a BEIR folder."""
    from eval.datasets import beir, squad
    from eval.suite_files import read_csv, read_jsonl

    readers = {".jsonl": read_jsonl, ".csv": read_csv, ".json": squad.read_squad}
    reader = beir.read_beir if path.is_dir() else readers.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path} is no suite: it must be a .jsonl, .csv or (SQuAD) .json file, or a BEIR folder.")
    try:
        return reader(path)
    except OSError as error:
        raise UsageError(f"The suite {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The suite {path} is not in UTF-8; save it anew.") from error


def check_suite(suite: Suite) -> None:
    """Raise `UsageError` unless every question can be asked and scored."""
    if not suite.questions:
        raise UsageError(f"The suite {suite.path or suite.name} holds no questions.")
    if twice := [i for i, count in Counter(suite.ids).items() if count > 1]:
        raise UsageError(f"{suite.path}: the id {twice[0]!r} is used more than once.")
    if bad := next((f"question {q.id!r} {fault}" for q in suite.questions if (fault := _fault(q))), ""):
        raise UsageError(f"{suite.path}: {bad}.")
    try:
        conversations(suite.questions)
    except UsageError as error:
        raise UsageError(f"{suite.path}: {error}") from error


def _fault(question: SuiteQuestion) -> str:
    known = bool(question.answers or question.gold or question.claim or question.nuggets or question.reply)
    if not question.question.strip():
        return "is empty"
    if question.unanswerable and known:
        return "is unanswerable, but has answers or gold sentences"
    if not question.unanswerable and not known and not question.draft:
        return "cannot be scored: give answers, all_of, gold or nuggets, or set unanswerable"
    if question.claim and question.question not in question.claim.draft.text:
        return "is a claim that does not stand in its draft"
    if not all(part and all(wording.strip() for wording in part) for part in question.answers):
        return "has an empty answer"
    return _fault_of_nuggets(question) or _fault_of_reply(question)


def _fault_of_nuggets(question: SuiteQuestion) -> str:
    if question.nuggets and not any(nugget.vital for nugget in question.nuggets):
        return "has nuggets, but none is vital"
    return "" if all(nugget.gold for nugget in question.nuggets) else "has a nugget without a gold sentence"


def _fault_of_reply(question: SuiteQuestion) -> str:
    if question.reply is None:
        return ""
    if question.follows or question.answers or question.nuggets or question.unanswerable:
        return "has a reply: it follows no other question, and its statements alone are scored"
    labels = question.reply.statements
    if strange := next((label.text for label in labels if label.text not in question.reply.text), ""):
        return f"has a statement that does not stand in its reply: {strange[:60]!r}"
    if any(label.wrong and label.wrong not in label.text for label in labels):
        return "has wrong words that do not stand in their statement"
    numbers = [int(found["statement"] or 1) for found in PLACEHOLDER.finditer(question.reply.text)]
    return "points to the gold of a statement that it does not have" if max(numbers, default=0) > len(labels) else ""


def conversations(questions: Sequence[SuiteQuestion]) -> list[tuple[SuiteQuestion, ...]]:
    """Group the questions into conversations: one alone, or each with the one that follows it.

    In the order of their first questions. Raises `UsageError` where two follow the same one, or one follows nothing.
    """
    by_id = {q.id: q for q in questions}
    after: dict[str, SuiteQuestion] = {}
    for q in questions:
        if q.follows in by_id and by_id[q.follows].reply:
            raise UsageError(f"Question {q.id!r} follows {q.follows!r}, whose reply is replayed; let it follow none.")
        if q.follows and q.follows not in by_id:
            raise UsageError(f"Question {q.id!r} follows {q.follows!r}, which the suite does not hold.")
        if q.follows and after.setdefault(q.follows, q) is not q:
            raise UsageError(f"Questions {after[q.follows].id!r} and {q.id!r} both follow {q.follows!r}; chain them.")
    chains = [_chain(q, after) for q in questions if not q.follows]
    if sum(map(len, chains)) < len(questions):
        raise UsageError("Some questions follow each other in a circle.")
    return chains


def _chain(first: SuiteQuestion, after: dict[str, SuiteQuestion]) -> tuple[SuiteQuestion, ...]:
    chain = [first]
    while chain[-1].id in after:
        chain.append(after[chain[-1].id])
    return tuple(chain)


def chosen(suite: Suite, *, tags: Sequence[str] = (), limit: int | None = None) -> tuple[SuiteQuestion, ...]:
    """Return the accepted questions with any of the tags, at most `limit` conversations; drafts are left out.

    A question comes with those before it in its conversation. Raises `UsageError` when nothing is left.
    """
    chains = [tuple(takewhile(lambda q: not q.draft, chain)) for chain in conversations(suite.questions)]
    wanted = [cut for chain in chains if (cut := _up_to_tagged(chain, frozenset(tags)))][:limit]
    kept = {q.id for chain in wanted for q in chain}
    if not kept:
        tagged = sorted({t for q in suite.questions for t in q.tags})
        hint = f"its tags are {', '.join(tagged)}" if tags else "drafts are not asked until a person accepts them"
        raise UsageError(f"No question of {suite.name} is left to ask: {hint}.")
    return tuple(q for q in suite.questions if q.id in kept)


def _up_to_tagged(chain: tuple[SuiteQuestion, ...], tags: frozenset[str]) -> tuple[SuiteQuestion, ...]:
    last = max((n for n, q in enumerate(chain, 1) if not tags or tags & set(q.tags)), default=0)
    return chain[:last]


def suite_hash(questions: Sequence[SuiteQuestion]) -> str:
    """Return the SHA-256 of the questions and everything that decides their scores; notes do not."""
    digest = hashlib.sha256()
    for q in questions:
        parts = (q.id, q.question, q.answers, q.gold, q.also, q.unanswerable, q.asked_on, q.tags, q.follows, q.must_not)
        claim = (q.claim.draft, q.claim.verdict, q.claim.gold) if q.claim else ()
        reply = (q.reply,) if q.reply else ()
        digest.update(json_text([*parts, *claim, *q.nuggets, *reply]).encode("utf-8") + b"\n")
    return digest.hexdigest()
