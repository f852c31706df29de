"""The accessible tree of a page as text: what a screen reader is told, role by role and name by name.

    - main
      - heading "Ask the archive" 1
      - form "Ask the archive"
        - textbox "Question" required

Roles that only group, and plain text, are passed over: what is kept does not depend on how a page is laid out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.serve.browser import Browser

_LANDMARKS = ("banner", "complementary", "contentinfo", "form", "main", "navigation", "region", "search")
_FIELDS = ("button", "checkbox", "combobox", "link", "progressbar", "radio", "searchbox", "textbox")
_STRUCTURE = (
    "article",
    "blockquote",
    "cell",
    "columnheader",
    "group",
    "heading",
    "list",
    "listitem",
    "mark",
    "row",
    "table",
)
_KEPT = frozenset((*_LANDMARKS, *_FIELDS, *_STRUCTURE, "alert", "dialog", "status"))
_CALLED = {"Date": "date", "ComboBoxSelect": "combobox", "DisclosureTriangle": "summary", "SvgRoot": "img"}
_LEAVES = frozenset({"date", "combobox", "textbox", "searchbox", "summary", "button", "link"})
_STATES = ("level", "required", "checked", "expanded", "disabled", "current")
_TODAY = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} 20(?:2[6-9]|[3-9]\d)\b")  # articles are older


def accessible_tree(browser: Browser) -> str:
    """Return the tree of the page that is shown."""
    nodes = {node["nodeId"]: node for node in browser.send("Accessibility.getFullAXTree")["nodes"]}
    root = next(node for node in nodes.values() if "parentId" not in node)
    return _TODAY.sub("TODAY", "\n".join(_lines(root, nodes, 0))) + "\n"


def _lines(node: Mapping[str, Any], nodes: Mapping[str, Any], depth: int) -> Iterator[str]:
    role = _role(node)
    if role:
        yield "  " * depth + f"- {role}{_name(node)}{''.join(_states(node))}"
        depth += 1
    if role not in _LEAVES:
        for child in node.get("childIds", ()):
            if child in nodes:
                yield from _lines(nodes[child], nodes, depth)


def _role(node: Mapping[str, Any]) -> str:
    """Return the role under which a node is shown, "" for one that is passed over."""
    given = "" if node.get("ignored") else node.get("role", {}).get("value", "")
    called = _CALLED.get(given, given)
    return called if called in _KEPT or given in _CALLED else ""


def _name(node: Mapping[str, Any]) -> str:
    name = " ".join(node.get("name", {}).get("value", "").split())
    return f' "{name}"' if name else ""


def _states(node: Mapping[str, Any]) -> Iterator[str]:
    held = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    for state in _STATES:
        value = held.get(state)
        if value not in (None, False, "false") and (state != "level" or _role(node) == "heading"):
            yield f" {value}" if state == "level" else f" {state}"
