"""Prompts: files with declared inputs, made into messages for a language model, and the frame around evidence in them.

A prompt is a Markdown file in the `prompts` folder: a YAML header (`name`, `purpose`, `inputs`), a `# System` part and
a `# User` part, with `$input` where an input goes (`string.Template`). An example may stand between them, as a `# User`
part and the `# Assistant` part that answers it. Every answer records the prompt's `id`, so that a log tells which
wording was in use. A file whose declared inputs are not exactly the ones used is a mistake of ours and raises
`ValueError`. The folder lies beside the package, in a checkout as in an installation.

Evidence is numbered sentences, grouped by article:

    <article date="27 November 2025" outlet="Reuters" title="Call on Taiwan">
    On the call on Tuesday (25 November 2025), the president … [4]
    </article>

What an article says is data and may be hostile. Two kinds of signs carry the frame: `<…>` for articles, `[n]` for
numbers. Neither of them, nor a look-alike, survives in words from an article, and a sentence, title or outlet is always
one line; so no article can forge a number, close its frame or begin another. The model only
reads this text: what is shown to a person as a quotation always comes from the store.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from assistant.english.dates.find import states_the_day, unsettled, write_days
from assistant.llm.chat import Message, MessageRole
from assistant.records import ArticleInfo, Citation, DateMention, Evidence, Turn, short_hash
from assistant.safe_text import as_data
from assistant.wording import long_date
from assistant.yaml_form import read_mapping

if TYPE_CHECKING:
    from assistant.llm.tokens import TokenCounter

NOT_IN_ARCHIVE = "NOT IN THE ARCHIVE"
"""What the model is told to reply when the evidence does not answer the question."""


PROMPTS = Path(__file__).resolve().parents[2] / "prompts"

TURNS_SHOWN = 3  # earlier turns in a follow-up prompt: what "he" or "there" means is nearly always in the last two
_QUESTION_LENGTH = 2_000  # characters of a question, earlier or new, that reach a prompt
_ANSWER_LENGTH = 600  # characters of an earlier answer that reach a follow-up prompt

_ROLES: dict[str, MessageRole] = {
    "System": "system",
    "User": "user",
    "Assistant": "assistant",
}  # by headings
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


def overview_messages(
    prompt: Prompt, question: str, evidence: Sequence[Citation], today: date, part: str
) -> list[Message]:
    """What the model reads to write an overview, or the `part` of it that the evidence is of; "" for all of it."""
    return prompt.render(
        abstention=NOT_IN_ARCHIVE,
        evidence=frame_evidence(evidence),
        part=f"{part}. The other parts are written from other sentences." if part else "Write about 6 to 14 facts.",
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


_ANY_NUMBER = 999  # stands for numbers not given yet: all up to three digits cost the same

_TITLE_LENGTH = 200  # characters
_OUTLET_LENGTH = 60  # characters
_SENTENCE_LENGTH = 4_000  # characters; the longest sentences of news have some 1,000, longer ones are lists or attacks


def frame_evidence(evidence: Sequence[Citation]) -> str:
    """The evidence as text for a prompt.

    Articles come in the order of their first sentence in `evidence`, the best first; within an article the sentences
    stand in reading order, whatever their rank, because "he" or "the deal" is explained by the sentence before.
    """
    return "\n".join(article_block(group) for group in by_article(evidence))


def by_article(evidence: Sequence[Citation]) -> list[list[Citation]]:
    """The evidence in groups of one article version, in the order of their first sentence in `evidence`."""
    groups: dict[tuple[str, int], list[Citation]] = {}
    for citation in evidence:
        groups.setdefault((citation.article.id, citation.article.version), []).append(citation)
    return list(groups.values())


def article_block(sentences: Sequence[Citation]) -> str:
    """The lines of one article; `sentences` are all of that article."""
    ordered = sorted(sentences, key=lambda citation: (citation.sentence, citation.start, citation.number))
    lines = (sentence_line(citation, citation.number) for citation in ordered)
    return "\n".join((article_opening(ordered[0].article), *lines, "</article>"))


def article_opening(article: ArticleInfo) -> str:
    """The line that opens an article."""
    day = long_date(article.published) if article.published else "unknown"
    outlet = _attribute(article.outlet, _OUTLET_LENGTH)
    title = _attribute(article.title, _TITLE_LENGTH)
    return f'<article date="{day}" outlet="{outlet}" title="{title}">'


def sentence_line(evidence: Evidence, number: int) -> str:
    """One sentence with its number, the day meant behind words whose day depends on when the article was written.

    The number stands where the model is to write it. Before the sentence a small model led it to a right sentence for
    half of what was proven, behind it for nine in ten (`research/results/prompt_forms.md`); to a large one the place is
    the same. The day is in brackets, as in print: a model that copies them has written nothing wrong. "March 1" has
    none, except of another year than the article's: "March 1 (1 March 2025)" is nobody's English. Nor has a
    weekday that may be that of another week, since the article was changed later.
    """
    article = evidence.article
    doubtful = unsettled(evidence.dates, evidence.text, article.published, article.updated)
    dates = [m for m in evidence.dates if m.start not in doubtful and not _is_plain(m, evidence)]
    return f"{as_data(write_days(evidence.text, dates), _SENTENCE_LENGTH)} [{number}]"


def _is_plain(mention: DateMention, evidence: Evidence) -> bool:
    """Whether a reader who knows the article's day needs no other words for this one."""
    written = evidence.article.published
    return written is not None and mention.first.year == written.year and states_the_day(evidence.text, mention)


def _attribute(text: str, longest: int) -> str:
    """`text` as the value of an attribute: without the double quote that would end it; "unknown" when empty."""
    return as_data(text, longest).replace('"', "'") or "unknown"


def fit(evidence: Sequence[Evidence], budget: int, counter: TokenCounter) -> int:
    """How many of `evidence`, the best first, fit in `budget` tokens when framed: whole sentences, none skipped."""
    spent = 0
    opened: set[tuple[str, int]] = set()
    for rank, sentence in enumerate(evidence):
        article = (sentence.article.id, sentence.article.version)
        lines = [sentence_line(sentence, _ANY_NUMBER)]
        if article not in opened:
            lines += [article_opening(sentence.article), "</article>"]
        spent += sum(counter.count(f"{line}\n") for line in lines)
        if spent > budget:
            return rank
        opened.add(article)
    return len(evidence)
