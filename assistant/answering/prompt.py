"""Prompts: files with declared inputs, made into messages for a language model.

A prompt is a Markdown file in the `prompts` folder: a YAML header (`name`, `purpose`, `inputs`), a `# System` part and
a `# User` part, with `$input` where an input goes (`string.Template`). An example may stand between them, as a `# User`
part and the `# Assistant` part that answers it. Every answer records the prompt's `id`, so that a log tells which
wording was in use. A file whose declared inputs are not exactly the ones used is a mistake of ours and raises
`ValueError`.

The folder lies beside the package, in a checkout as in an installation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from assistant.answering.evidence import frame_evidence
from assistant.llm.chat import Message, Role
from assistant.records import Citation, Turn, short_hash
from assistant.safe_text import as_data
from assistant.wording import long_date
from assistant.yaml_form import read_mapping

NOT_IN_ARCHIVE = "NOT IN THE ARCHIVE"
"""What the model is told to reply when the evidence does not answer the question."""


PROMPTS = Path(__file__).resolve().parents[2] / "prompts"

TURNS_SHOWN = 3  # earlier turns in a follow-up prompt: what "he" or "there" means is nearly always in the last two
_QUESTION_LENGTH = 2_000  # characters of a question, earlier or new, that reach a prompt
_ANSWER_LENGTH = 600  # characters of an earlier answer that reach a follow-up prompt

_ROLES: dict[str, Role] = {"System": "system", "User": "user", "Assistant": "assistant"}  # by the headings of parts
_HEADINGS = re.compile(rf"\n# ({'|'.join(_ROLES)})\n")
_ORDER = re.compile(r"System( User Assistant)* User")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file."""

    name: str
    text: str  # the whole file, header included; line breaks are "\n"
    inputs: frozenset[str]

    @property
    def id(self) -> str:
        """The name, "@" and the first 8 hexadecimal digits of the file's SHA-256: "answer@0123abcd"."""
        return f"{self.name}@{short_hash(self.text, 8)}"

    def render(self, **inputs: str) -> list[Message]:
        """The system message, any example, and the user's message; raises `ValueError` unless the inputs are those."""
        if inputs.keys() != self.inputs:
            raise ValueError(f"prompt {self.name} takes {sorted(self.inputs)}, not {sorted(inputs)}")
        return [Message(part.role, Template(part.content).substitute(inputs)) for part in _parts(self.text)]


def load_prompt(name: str, folder: Path = PROMPTS) -> Prompt:
    """The prompt in the file `name`.md; raises `ValueError` unless it is called so and its inputs are those it uses."""
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    header = _header(text)
    declared = frozenset(header["inputs"])
    used: set[str] = set()
    for part in _parts(text):
        template = Template(part.content)
        if not template.is_valid():
            raise ValueError(f"prompt {name}: a lone '$'; write '$$' for the sign itself")
        used.update(template.get_identifiers())
    if header["name"] != name or used != declared:
        raise ValueError(f"prompt {name}: declared {header['name']} {sorted(declared)}, uses {sorted(used)}")
    return Prompt(name, text, declared)


def answer_messages(prompt: Prompt, question: str, evidence: Sequence[Citation], today: date) -> list[Message]:
    """What the model reads to answer `question`, a self-contained one, asked on the day `today`."""
    return prompt.render(
        abstention=NOT_IN_ARCHIVE,
        evidence=frame_evidence(evidence),
        question=as_data(question, _QUESTION_LENGTH),
        today=f"{today:%A}, {long_date(today)}",
    )


def follow_up_messages(prompt: Prompt, question: str, turns: Sequence[Turn], today: date) -> list[Message]:
    """What the model reads to make `question` self-contained; the last `TURNS_SHOWN` of `turns` are shown."""
    return prompt.render(
        conversation="\n".join(_turn_lines(turn) for turn in turns[-TURNS_SHOWN:]),
        question=as_data(question, _QUESTION_LENGTH),
        today=f"{today:%A}, {long_date(today)}",
    )


def _turn_lines(turn: Turn) -> str:
    answer = " ".join(statement.text for statement in turn.answer.statements) or "(no answer in the archive)"
    question = turn.standalone or turn.question
    return f"Question: {as_data(question, _QUESTION_LENGTH)}\nAnswer: {as_data(answer, _ANSWER_LENGTH)}"


def _header(text: str) -> dict[str, Any]:
    opening, _, rest = text.partition("---\n")
    header, closing, _ = rest.partition("\n---\n")
    values = read_mapping(header) if closing and not opening else None
    if values is None or values.keys() != {"name", "purpose", "inputs"}:
        raise ValueError("a prompt file begins with a YAML header of name, purpose and inputs")
    return values


def _parts(text: str) -> list[Message]:
    """The parts of a file as messages with their inputs still open, without the space around them."""
    _, _, body = text.partition("\n---\n")
    before, *pieces = _HEADINGS.split(f"\n{body}")
    roles, contents = pieces[::2], pieces[1::2]
    if before or not _ORDER.fullmatch(" ".join(roles)):
        raise ValueError("a prompt file has a '# System' part and a '# User' part, between them no more than examples")
    return [Message(_ROLES[role], content.strip()) for role, content in zip(roles, contents, strict=True)]
