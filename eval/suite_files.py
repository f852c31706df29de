"""Reads suites from JSON lines, one question or one draft a line, or CSV with the same columns; writes JSON lines."""

from __future__ import annotations

import csv
import json
import os
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.drafts.check_report import DraftVerdict
from assistant.errors import UsageError
from assistant.json_form import json_text
from assistant.records import short_hash
from eval.records import GoldSentence, LabelledClaim, Nugget, Suite, SuiteDraft, SuiteQuestion
from eval.reply_rows import reply_of, reply_row
from eval.suite_fields import flag_field, known_fields, list_field, text_field, texts_field

_FIELDS = frozenset(
    {
        *("id", "question", "answers", "all_of", "gold", "also", "unanswerable", "asked_on"),
        *("tags", "follows", "must_not", "note", "status", "nuggets", "reply", "statements"),
    }
)
_HEADER = frozenset({"suite", "about", "archive"})
_DRAFT_FIELDS = frozenset({"id", "draft", "title", "dated", "claims"})
_CLAIM_FIELDS = frozenset({"id", "text", "verdict", "gold", "tags"})
_NUGGET_FIELDS = frozenset({"nugget", "vital", "date", "gold"})
_GOLD_FIELDS = frozenset({"article", "text", "also_in", "grade"})
_STATES = ("", "draft", "accepted")
_COLUMNS = (_FIELDS - {"gold", "also", "nuggets", "reply", "statements"}) | {"gold_article", "gold_text"}
_LISTS = ("answers", "all_of", "tags", "must_not")  # columns whose cells hold several texts
_BETWEEN = " | "  # … with this between them


def read_jsonl(path: Path) -> Suite:
    """Read a suite in JSON lines. Raises `UsageError` that names the line."""
    header: Mapping[str, Any] = {}
    questions: list[SuiteQuestion] = []
    for place, row in json_rows(path):
        if "suite" in row:
            header = known_fields(row, _HEADER, place)
        elif "draft" in row:
            questions.extend(claims_of(row, place))
        else:
            questions.append(question_of(row, place))
    archive = str((path.parent / str(header["archive"])).resolve()) if header.get("archive") else ""
    return Suite(
        name=str(header.get("suite") or path.stem),
        questions=tuple(questions),
        about=str(header.get("about", "")),
        archive=archive,
        path=str(path),
    )


def json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a file of JSON lines, each with its place for messages ("suite.jsonl, line 3")."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UsageError(f"{place}: this is no JSON ({error}).") from error
            if not isinstance(row, dict):
                raise UsageError(f"{place}: this is no JSON object.")
            yield place, row


def read_csv(path: Path) -> Suite:
    """Read a suite in CSV: lists in a cell are split at " | "; gold is in `gold_article` and `gold_text`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        places = ((f"{path}, line {rows.line_num}", row) for row in rows)
        questions = tuple(question_of(_from_cells(row, place), place) for place, row in places)
    return Suite(name=path.stem, questions=questions, path=str(path))


def _from_cells(row: Mapping[str, Any], place: str) -> dict[str, Any]:
    if None in row or None in row.values():
        raise UsageError(f"{place}: this row has another number of cells than the first.")
    cells = {name: cell.strip() for name, cell in known_fields(row, _COLUMNS, place).items() if cell.strip()}
    found: dict[str, Any] = {n: cell.split(_BETWEEN) if n in _LISTS else cell for n, cell in cells.items()}
    articles = found.pop("gold_article", "").split(_BETWEEN)
    texts = found.pop("gold_text", "").split(_BETWEEN)
    if articles == [""] and texts != [""]:
        raise UsageError(f"{place}: gold_text without a gold_article.")
    if len(articles) == 1:
        articles *= len(texts)
    if len(texts) == 1:
        texts *= len(articles)
    if len(articles) != len(texts):
        raise UsageError(f"{place}: {len(articles)} gold articles, but {len(texts)} gold texts.")
    if articles != [""] * len(articles):
        found["gold"] = [{"article": a, "text": t} for a, t in zip(articles, texts, strict=True)]
    if "unanswerable" in found:
        found["unanswerable"] = _truth(found["unanswerable"], place)
    return found


def _truth(cell: str, place: str) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if cell.lower() not in words:
        raise UsageError(f"{place}: unanswerable must be true or false, not {cell!r}.")
    return words[cell.lower()]


def question_of(row: Mapping[str, Any], place: str) -> SuiteQuestion:
    """Parse one question of a suite file. Raises `UsageError` that begins with `place`."""
    known_fields(row, _FIELDS, place)
    try:
        return _question(row)
    except (TypeError, ValueError, KeyError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UsageError(f"{place}: {fault}.") from error


def claims_of(row: Mapping[str, Any], place: str) -> list[SuiteQuestion]:
    """Parse the claims of a draft of a suite file. Raises `UsageError` that begins with `place`."""
    known_fields(row, _DRAFT_FIELDS, place)
    try:
        draft = SuiteDraft(
            id=text_field(row["id"], "id"),
            text=text_field(row["draft"], "draft"),
            dated=date.fromisoformat(text_field(row["dated"], "dated")),
            title=text_field(row.get("title", ""), "title"),
        )
        return [_claim(claim, draft, number) for number, claim in enumerate(list_field(row["claims"], "claims"), 1)]
    except (TypeError, ValueError, KeyError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UsageError(f"{place}: {fault}.") from error


def _claim(row: Any, draft: SuiteDraft, number: int) -> SuiteQuestion:
    if not isinstance(row, dict):
        raise TypeError(f"a claim must be an object, not {json.dumps(row)}")
    if unknown := row.keys() - _CLAIM_FIELDS:
        raise ValueError(f"claims: unknown field {min(unknown)!r}; known are {', '.join(sorted(_CLAIM_FIELDS))}")
    verdict = text_field(row["verdict"], "verdict")
    if verdict not in list(DraftVerdict):
        raise ValueError(f"verdict must be one of {', '.join(DraftVerdict)}, not {verdict!r}")
    return SuiteQuestion(
        id=text_field(row.get("id") or f"{draft.id}-{number:02}", "id"),
        question=text_field(row["text"], "text"),
        asked_on=draft.dated,
        tags=texts_field(row.get("tags", []), "tags") or (verdict,),
        claim=LabelledClaim(draft=draft, verdict=DraftVerdict(verdict), gold=text_field(row.get("gold", ""), "gold")),
    )


def _question(row: Mapping[str, Any]) -> SuiteQuestion:
    text = text_field(row["question"], "question")
    return SuiteQuestion(
        id=text_field(row.get("id") or short_hash(text, 8), "id"),
        question=text,
        answers=_answers(row),
        gold=tuple(_item(value) for value in list_field(row.get("gold", []), "gold")),
        also=tuple(_gold(value) for value in list_field(row.get("also", []), "also")),
        nuggets=tuple(_nugget(value) for value in list_field(row.get("nuggets", []), "nuggets")),
        unanswerable=flag_field(row.get("unanswerable", False), "unanswerable"),
        asked_on=date.fromisoformat(text_field(row["asked_on"], "asked_on")) if row.get("asked_on") else None,
        tags=texts_field(row.get("tags", []), "tags"),
        follows=text_field(row.get("follows", ""), "follows"),
        must_not=texts_field(row.get("must_not", []), "must_not"),
        note=text_field(row.get("note", ""), "note"),
        status=_state(row.get("status", "")),
        reply=reply_of(row),
    )


def _answers(row: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    wordings = texts_field(row.get("answers", []), "answers")
    parts = tuple(texts_field(p, "all_of") for p in list_field(row.get("all_of", []), "all_of"))
    if wordings and parts:
        raise ValueError("give answers or all_of, not both")
    return (wordings,) if wordings else parts


def _item(value: Any) -> tuple[GoldSentence, ...]:
    if value == []:
        raise ValueError("gold: an empty list of alternatives")
    return tuple(map(_gold, value)) if isinstance(value, list) else (_gold(value),)


def _gold(value: Any) -> GoldSentence:
    if not isinstance(value, dict) or "article" not in value:
        raise ValueError('gold must hold objects such as {"article": "...", "text": "..."}')
    if unknown := value.keys() - _GOLD_FIELDS:
        raise ValueError(f"gold: unknown field {min(unknown)!r}; known are {', '.join(sorted(_GOLD_FIELDS))}")
    grade = value.get("grade", 1)
    if not isinstance(grade, int) or grade < 1:
        raise ValueError("gold: grade must be a whole number above 0")
    return GoldSentence(
        article=text_field(value["article"], "article"),
        text=text_field(value.get("text", ""), "text"),
        also_in=texts_field(value.get("also_in", []), "also_in"),
        grade=grade,
    )


def _nugget(value: Any) -> Nugget:
    if not isinstance(value, dict):
        raise TypeError('nuggets must hold objects such as {"nugget": "...", "vital": true, "gold": [...]}')
    if unknown := value.keys() - _NUGGET_FIELDS:
        raise ValueError(f"nuggets: unknown field {min(unknown)!r}; known are {', '.join(sorted(_NUGGET_FIELDS))}")
    first, last = _days(text_field(value.get("date", ""), "date"))
    return Nugget(
        text=text_field(value["nugget"], "nugget"),
        gold=tuple(map(_gold, list_field(value["gold"], "gold"))),
        vital=flag_field(value.get("vital", False), "vital"),
        first=first,
        last=last,
    )


def _days(words: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of "2025", "2025-03" or "2025-03-04"."""
    if not words:
        return None, None
    year, month, day = (*(int(part) for part in words.split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    return first, last


def _date_row(nugget: Nugget) -> str:
    if nugget.first is None or nugget.last is None:
        return ""
    if nugget.first == nugget.last:
        return nugget.first.isoformat()
    return f"{nugget.first:%Y-%m}" if nugget.first.month == nugget.last.month else f"{nugget.first:%Y}"


def _nugget_row(nugget: Nugget) -> dict[str, Any]:
    row = {"nugget": nugget.text, "vital": nugget.vital, "date": _date_row(nugget)}
    return {name: value for name, value in row.items() if value} | {"gold": [_gold_row(g) for g in nugget.gold]}


def _state(value: Any) -> str:
    if value not in _STATES:
        raise ValueError(f"status must be draft or accepted, not {value!r}")
    return str(value)


def row_of(question: SuiteQuestion) -> dict[str, Any]:
    """Return the question as one row of a suite file, without empty fields."""
    answers: dict[str, Any] = {"answers": list(question.answers[0])} if len(question.answers) == 1 else {}
    parts = [list(p) for p in question.answers] if len(question.answers) > 1 else []
    row = {
        "id": question.id,
        "question": question.question,
        "asked_on": question.asked_on.isoformat() if question.asked_on else "",
        "tags": list(question.tags),
        "follows": question.follows,
        **answers,
        "all_of": parts,
        "gold": [[_gold_row(g) for g in item] if len(item) > 1 else _gold_row(item[0]) for item in question.gold],
        "also": [_gold_row(g) for g in question.also],
        "nuggets": [_nugget_row(n) for n in question.nuggets],
        "unanswerable": question.unanswerable,
        "must_not": list(question.must_not),
        "note": question.note,
        "status": question.status,
        **(reply_row(question.reply) if question.reply else {}),
    }
    return {name: value for name, value in row.items() if value}


def _gold_row(gold: GoldSentence) -> dict[str, Any]:
    row = {"article": gold.article, "text": gold.text, "also_in": list(gold.also_in)}
    return {name: value for name, value in row.items() if value} | ({"grade": gold.grade} if gold.grade != 1 else {})


def suite_text(suite: Suite, folder: Path) -> str:
    """Return the suite in JSON lines for a file in `folder`, to which its archive is relative."""
    header = {"suite": suite.name, "about": suite.about}
    if suite.archive:
        header["archive"] = Path(os.path.relpath(suite.archive, folder)).as_posix()
    drafts = groupby(suite.questions, key=lambda q: q.claim.draft if q.claim else None)
    rows = (row for draft, same in drafts for row in ([_draft_row(draft, same)] if draft else map(row_of, same)))
    return lines_text([{k: v for k, v in header.items() if v}, *rows])


def _draft_row(draft: SuiteDraft, claims: Iterable[SuiteQuestion]) -> dict[str, Any]:
    return {
        "id": draft.id,
        "title": draft.title,
        "dated": draft.dated.isoformat(),
        "draft": draft.text,
        "claims": [
            {"id": q.id, "text": q.question, "verdict": q.claim.verdict, "gold": q.claim.gold, "tags": list(q.tags)}
            for q in claims
            if q.claim
        ],
    }


def lines_text(rows: Sequence[object]) -> str:
    """Return rows as JSON lines."""
    return "".join(json_text(row) + "\n" for row in rows)
