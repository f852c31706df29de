"""CSL-JSON by the rules of its published schema, and BibTeX as a reader of BibTeX reads it back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import BibliographyData, parse_string

from assistant.export.references import bibtex, cited_articles, csl_json, latex
from assistant.safe_text import safe
from tests.export.documents import ADDRESS, HARBOUR, HOSTILE, abstained, answered, cite, document, trapped, whole

# csl-data.json of schema 1.0.2: an array of objects; "type" (a known word) and "id" are required, nothing unknown is
# allowed; names are objects of strings; a date's "date-parts" hold one or two dates of one to three numbers.
STRINGS = {"id", "type", "title", "container-title", "URL", "note"}
NAME_PARTS = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"}


def follows_the_schema(item: Mapping[str, Any]) -> bool:
    names, date = item.get("author", []), item.get("issued", {})
    parts = date.get("date-parts", [[2000]])
    return (
        item["type"] == "article-newspaper"
        and isinstance(item["id"], str)
        and item.keys() <= STRINGS | {"author", "issued"}
        and all(isinstance(item[name], str) for name in STRINGS & item.keys())
        and all(name.keys() <= NAME_PARTS and all(isinstance(v, str) for v in name.values()) for name in names)
        and date.keys() <= {"date-parts"}
        and 1 <= len(parts) <= 2
        and all(1 <= len(part) <= 3 and all(type(number) is int for number in part) for part in parts)
    )


def test_an_article_becomes_one_item_with_its_cited_sentences() -> None:
    first, second, third = json.loads(csl_json(document(answered())))
    article = HARBOUR.info.id
    assert first == {
        "id": f"aldercourier2025-{article}",
        "type": "article-newspaper",
        "title": "Old harbour to close",
        "container-title": "Alder Courier",
        "author": [{"literal": "Ines Olm"}, {"literal": "Bo Marr"}],
        "issued": {"date-parts": [[2025, 11, 27]]},
        "URL": ADDRESS,
        "note": " ".join(f"{cite(1, HARBOUR, i).ref}: “{cite(1, HARBOUR, i).text}”" for i in (0, 1, 4)),
    }
    assert second["container-title"] == "صحيفة الميناء"
    assert "URL" not in second
    assert third["id"] == f"aldercourier2025-{article}-v2"  # another text of the same article


def test_items_follow_the_schema_whatever_the_article_says() -> None:
    items = json.loads(csl_json(whole()))
    assert len(items) == 4
    assert all(follows_the_schema(item) for item in items)
    assert len({item["id"] for item in items}) == 4
    assert all(re.fullmatch(r"[a-z0-9-]+", item["id"]) for item in items)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", csl_json(whole()))


def test_the_nearest_sentences_of_an_abstention_are_no_sources() -> None:
    assert csl_json(document(abstained())) == "[]\n"
    assert bibtex(document(abstained())) == ""


def test_an_article_cited_in_several_answers_is_one_entry() -> None:
    again = replace(answered(), question="And again?")
    assert len(cited_articles(document(answered(), again))) == 3


def read(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


def test_bibtex_is_read_back() -> None:
    found = read(bibtex(document(answered()))).entries
    entry = found[f"aldercourier2025-{HARBOUR.info.id}"]
    assert entry.type == "article"
    assert [str(person) for person in entry.persons["author"]] == ["{Ines Olm}", "{Bo Marr}"]
    assert entry.fields["title"] == "{Old harbour to close}"
    assert entry.fields["journal"] == "{Alder Courier}"
    assert [entry.fields[name] for name in ("year", "month", "day", "url")] == ["2025", "November", "27", ADDRESS]
    assert cite(1, HARBOUR, 0).ref in entry.fields["note"]
    assert len(found) == 3


def test_hostile_text_is_no_command_and_ends_no_field() -> None:
    found = read(bibtex(document(trapped()))).entries
    ((key, entry),) = found.items()
    assert re.fullmatch(r"[a-z0-9-]+", key)
    assert len(entry.persons["author"]) == 2
    assert set(entry.fields) == {"title", "journal", "note"}
    for field in entry.fields.values():
        commands = set(re.findall(r"\\(?:[a-zA-Z]+|.)", field))
        ours = {"textbackslash", "textbraceleft", "textbraceright", "textasciitilde", "textasciicircum", *"$&#_%"}
        assert {command[1:] for command in commands} <= ours


@given(st.text(alphabet='ab {}\\%$&#_~^"@,=\n-') | st.text())
def test_escaped_text_is_balanced_and_says_the_same(text: str) -> None:
    written = latex(text)
    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    for plain, command in {
        "\\": "textbackslash",
        "{": "textbraceleft",
        "}": "textbraceright",
        "~": "textasciitilde",
        "^": "textasciicircum",
    }.items():
        written = written.replace(f"\\{command}{{}}", f"\0{ord(plain)};")
    assert re.sub("\0(\\d+);", lambda m: chr(int(m[1])), re.sub(r"\\([$&#_%])", r"\1", written)) == safe(text)


@pytest.mark.parametrize("text", ["Plain words – “quoted”, 5 o'clock; (so)", "Łódź, عربي"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert latex(text) == text


def test_the_trap_is_a_trap() -> None:
    assert all(sign in HOSTILE for sign in ("\\input", "} {", "@article{", "%", "&", "#", "$", "_", "^", "~"))
