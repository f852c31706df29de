"""Messages that somebody forwarded within the text of another: where the note ends and what was forwarded begins.

Mail programs write a line such as "---------- Forwarded message ---------" or none at all, then lines with the sender,
the day and the subject, then the text, each line perhaps behind a ">".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from assistant.articles.publication_date import days_within
from assistant.english.dates.find import find_dates

FORWARDED_SUBJECT = re.compile(r"^\s*(?:(?:re|aw)\s*:\s*)*(?:fw|fwd|wg|tr|rv|enc|i|doorst)\s*:", re.IGNORECASE)
_MARKER = re.compile(
    r"^[> \t]*(?:-{2,100}[ \t]*(?:forwarded message|forwarded by [^\n]{0,80}|weitergeleitete nachricht"
    r"|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada)[ \t]*-{2,100}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|inizio messaggio inoltrato)[ \t]?:)[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE,
)
# These stand above an answered message too: a forwarded one is told by the subject.
_ORIGINAL = re.compile(
    r"^[> \t]*(?:-{2,100}[ \t]*(?:original message|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht)[ \t]*-{2,100}|_{10,100}|(?=\*?(?:from|von|de)\s?:))[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_KEYS = {
    **dict.fromkeys(("from", "von", "de", "da", "van"), "from"),
    **dict.fromkeys(("date", "sent", "datum", "gesendet", "fecha", "enviado", "envoyé", "data", "inviato"), "date"),
    **dict.fromkeys(("subject", "betreff", "asunto", "objet", "oggetto", "onderwerp", "assunto"), "subject"),
    **dict.fromkeys(("to", "an", "para", "à", "a", "aan", "cc", "reply-to", "resent-from", "importance"), "other"),
}
_LINE = re.compile(r"^[>\s]*\*?(?P<key>[^\W\d_][^\W\d_-]{0,11})\s?:\*?\s?(?P<value>[^\n]*)$")
_HEAD_LINES = 12  # of a forwarded message
_SIGNATURE = 10  # lines, the "--" above it included
_DEEPEST = 5  # messages within each other
_ADDRESS_MARK = re.compile(r"\[(?:mailto:)?([^\]\s]{1,200})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """A message within the text of another; "" for what its head does not say."""

    note: str  # what stands above it
    sender: str
    date: str
    subject: str
    text: str


def forwarded_inline(text: str, subject: str) -> Forwarded | None:
    """Return the innermost message that was forwarded within `text`, None when there is none."""
    found, note = None, ""
    for _ in range(_DEEPEST):
        subject = found.subject if found else subject
        inner = _first(found.text if found else text, forwarded=bool(FORWARDED_SUBJECT.match(subject)))
        if inner is None:
            break
        found, note = inner, note or inner.note
    return found and replace(found, note=note)


def day_in_head(written: str) -> date | None:
    """Return the day that a mail program writes out, as in "Mon, Mar 10, 2025 at 8:00 AM"; None for no single day."""
    days = {mention.first for mention in find_dates(written, None) if mention.first == mention.last}
    days = days or set(days_within(written))  # in another language
    return days.pop() if len(days) == 1 else None


def _first(text: str, *, forwarded: bool) -> Forwarded | None:
    markers = [*_MARKER.finditer(text), *(_ORIGINAL.finditer(text) if forwarded else ())]
    for marker in sorted(markers, key=lambda marker: marker.start()):
        if found := _after(text[: marker.start()], text[marker.end() :]):
            return found
    return None


def _after(note: str, rest: str) -> Forwarded | None:
    """Read the head lines and the text below a marker; None when no sender, or neither day nor subject, is there."""
    lines = rest.lstrip("\n").split("\n")
    said: dict[str, str] = {}
    used = 0
    for n, line in enumerate(lines[: 2 * _HEAD_LINES]):
        if not line.strip(" >\t\r"):
            if "from" in said and len(said) > 1 and _key(lines, n + 1) is None:
                break
            continue
        key = _key(lines, n)
        if key is None or (found := _LINE.match(line)) is None:
            break
        said.setdefault(key, found["value"].strip(" *\r"))
        used = n + 1
    if "from" not in said or not ("date" in said or "subject" in said):
        return None
    sender = _ADDRESS_MARK.sub(r"<\1>", said["from"])
    body = _unquoted(lines[used:])
    return Forwarded(
        note=note.strip(), sender=sender, date=said.get("date", ""), subject=said.get("subject", ""), text=body
    )


def _key(lines: list[str], n: int) -> str | None:
    found = _LINE.match(lines[n]) if n < len(lines) else None
    return _KEYS.get(found["key"].lower()) if found else None


def _unquoted(lines: list[str]) -> str:
    """Return the lines without the ">" before them, if most have one, and without the forwarder's signature."""
    filled = [line for line in lines if line.strip()]
    if 2 * sum(line.startswith(">") for line in filled) > len(filled):
        lines = [re.sub(r"^>[ \t]?", "", line) for line in lines if line.startswith(">") or not line.strip()]
    signed = [n for n, line in enumerate(lines) if line.strip() == "--" and len(lines) - n <= _SIGNATURE]
    return "\n".join(lines[: signed[-1]] if signed else lines).strip()
