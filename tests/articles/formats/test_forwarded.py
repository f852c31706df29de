"""Newsletters that somebody forwarded: outlet, day and subject are those of what was forwarded."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from assistant.articles import Notice, read_file
from assistant.records import Article
from tests.articles import write
from tests.samples import page

TEXT = "The mill of Hollin was sold on Sunday, its owner Ida Lov said.\nIt employs 40 people."
INNER = (
    "From: Hollin Herald <news@hollin.example>\nTo: per@desk.example\nSubject: Mill sold\n"
    "Date: Mon, 10 Mar 2025 08:00:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    + TEXT
    + "\n"
)
OUTER = (
    "From: Per Kess <per@desk.example>\nTo: archive@desk.example\nSubject: {}\n"
    "Date: Fri, 28 Mar 2025 10:00:00 +0100\nMIME-Version: 1.0\n"
)


def attached(part: str, note: str = "For the archive.", subject: str = "Fwd: the mill") -> str:
    head = OUTER.format(subject) + 'Content-Type: multipart/mixed; boundary="b"\n\n'
    return f"{head}--b\nContent-Type: text/plain\n\n{note}\n\n--b\n{part}\n--b--\n"


def inline(text: str, subject: str = "Fwd: Mill sold", kind: str = "plain") -> str:
    return OUTER.format(subject) + f"Content-Type: text/{kind}; charset=utf-8\n\n{text}\n"


def lines(*head: str, mark: str = "", text: str = TEXT) -> str:
    return "\n".join(f"{mark}{line}" for line in [*head, "", *text.split("\n")])


GMAIL = lines(
    "---------- Forwarded message ---------", "From: Hollin Herald <news@hollin.example>",
    "Date: Mon, Mar 10, 2025 at 8:00 AM", "Subject: Mill sold", "To: <per@desk.example>",
)  # fmt: skip
APPLE = "Begin forwarded message:\n\n" + lines(
    "From: Hollin Herald <news@hollin.example>", "Subject: Mill sold", "Date: 10 March 2025 at 08:00:00 CET",
    "To: per@desk.example", mark="> ",
)  # fmt: skip
OUTLOOK = lines(
    "-----Original Message-----", "From: Hollin Herald [mailto:news@hollin.example]",
    "Sent: Monday, March 10, 2025 8:00 AM", "To: Per Kess", "Subject: Mill sold",
)  # fmt: skip
BARE = lines(
    "From: Hollin Herald <news@hollin.example>", "Sent: Monday, 10 March 2025 08:00", "To: Per", "Subject: Mill sold"
)
GERMAN = lines(
    "-------- Weitergeleitete Nachricht --------", "Betreff: Mill sold", "Datum: Mon, 10 Mar 2025 08:00:00 +0100",
    "Von: Hollin Herald <news@hollin.example>", "An: per@desk.example",
)  # fmt: skip
BOLD = GMAIL.replace("From:", "*From:*").replace("Date:", "*Date:*").replace("Subject:", "*Subject:*")
HTML = (
    "<div>For the archive.</div><div>"
    + GMAIL.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    + "</div>"
)
CODED = (
    "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(INNER.encode()).decode()
)
FILE = (
    'Content-Type: application/octet-stream; name="a.eml"\nContent-Disposition: attachment; filename="a.eml"\n'
    "Content-Transfer-Encoding: base64\n\n" + base64.b64encode(INNER.encode()).decode()
)


@pytest.mark.parametrize(
    "message",
    [
        attached(f"Content-Type: message/rfc822\n\n{INNER}"),
        attached(f"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{INNER}"),
        attached(f"Content-Type: message/rfc822\n\n{INNER}", subject="The mill"),
        attached(CODED),
        attached(FILE),
        attached("Content-Type: message/rfc822\n\n" + inline(f"Look.\n\n{GMAIL}")),
        inline(f"For the archive.\n\n{GMAIL}"),
        inline(f"For the archive.\n\n{APPLE}"),
        inline(f"For the archive.\n\n{OUTLOOK}", "FW: Mill sold"),
        inline(f"For the archive.\n\n{BARE}", "FW: Mill sold"),
        inline(f"Fürs Archiv.\n\n{GERMAN}", "WG: Mill sold"),
        inline(f"For the archive.\n\n{BOLD}"),
        inline(f"Look at this.\n\n{GMAIL.replace('news@hollin.example', 'x@x.example').replace(TEXT, GMAIL)}"),
        inline(HTML, kind="html"),
    ],
)
def test_what_was_forwarded_is_the_article(tmp_path: Path, message: str) -> None:
    article, notice = read_file(write(tmp_path, "a.eml", message))
    assert isinstance(article, Article)
    assert (article.title, article.outlet, article.published) == ("Mill sold", "Hollin Herald", date(2025, 3, 10))
    assert " ".join(article.text.split()) == " ".join(TEXT.split())
    assert isinstance(notice, Notice) and "note above" in notice.text


@pytest.mark.parametrize("subject", ["Re: Mill sold", "Mill sold"])
def test_an_answer_is_not_forwarded(tmp_path: Path, subject: str) -> None:
    (article,) = read_file(write(tmp_path, "a.eml", inline(f"I knew it already.\n\n{OUTLOOK}", subject)))
    assert isinstance(article, Article)
    assert (article.outlet, article.published) == ("Per Kess", date(2025, 3, 28))


def test_a_newsletter_that_speaks_of_forwarding_is_none(tmp_path: Path) -> None:
    (article,) = read_file(write(tmp_path, "a.eml", inline(f"From: one to ten.\nSubject: mills.\n{TEXT}", "Mills")))
    assert isinstance(article, Article) and article.outlet == "Per Kess"


def test_further_attached_messages_are_said(tmp_path: Path) -> None:
    part = f"Content-Type: message/rfc822\n\n{INNER}"
    _, notice = read_file(write(tmp_path, "a.eml", attached(f"{part}\n--b\n{part}", note="")))
    assert isinstance(notice, Notice) and "1 more attached message" in notice.text


@pytest.mark.parametrize(
    ("subject", "note", "outlet"),
    [("Look", "For the archive, with my thanks. " * 30, "Hollin Herald"), ("Re: Mill", "I knew. " * 90, "Per Kess")],
)
def test_an_attached_message_is_what_was_forwarded_but_in_an_answer(
    tmp_path: Path, subject: str, note: str, outlet: str
) -> None:
    mail = attached(f"Content-Type: message/rfc822\n\n{INNER}", note, subject)
    assert next(iter(a.outlet for a in read_file(write(tmp_path, "a.eml", mail)) if isinstance(a, Article))) == outlet


@pytest.mark.parametrize(
    "head",
    [
        "De : Hollin Herald <n@h.example>\nEnvoyé : lundi 10 mars 2025 08:00\nÀ : Per\nObjet : Mill sold",
        "De: Hollin Herald <n@h.example>\nFecha: lun, 10 mar 2025 a las 8:00\nAsunto: Mill sold",
    ],
)
def test_heads_in_other_languages(tmp_path: Path, head: str) -> None:
    marker = "---------- Forwarded message ---------"
    article = next(
        iter(read_file(write(tmp_path, "a.eml", inline(f"Hola.\n\n{marker}\n{head}\n\n{TEXT}\n-- \nPer Kess"))))
    )
    assert isinstance(article, Article)
    assert (article.title, article.outlet, article.published) == ("Mill sold", "Hollin Herald", date(2025, 3, 10))
    assert " ".join(article.text.split()) == " ".join(TEXT.split())


def test_a_subject_without_encoding_is_in_the_character_set_of_the_text(tmp_path: Path) -> None:
    mail = "From: a <a@h.example>\nSubject: Dåm vote\nContent-Type: text/plain; charset=iso-8859-1\n\nPåsk kommer.\n"
    (article, *_) = read_file(write(tmp_path, "a.eml", mail.encode("cp1252")))
    assert isinstance(article, Article) and article.title == "Dåm vote"


FRAME = "<html><body><p>Buy a boat today, and get the oars for nothing, said the seller of boats.</p></body></html>"


RELATED = "Content-Type: multipart/related; boundary=b"
SAVED = f"Snapshot-Content-Location: https://h.example/1\n{RELATED}"


@pytest.mark.parametrize(
    ("head", "main", "frame"),
    [
        (f'{RELATED}; start="<main@x>"', "Content-ID: <main@x>", "Content-ID: <ad@x>"),
        (SAVED, "Content-Location: https://h.example/1", "Content-Location: https://ads.example/2"),
        (RELATED, "Content-Location: https://h.example/1", "Content-Location: https://ads.example/frame?a=1"),
        (RELATED, "Content-ID: <main@x>", "Content-ID: <frame-1@x>"),
    ],
)
@pytest.mark.parametrize("first", ["frame", "main"])
def test_the_main_document_of_an_archive_is_its_page(
    tmp_path: Path, head: str, main: str, frame: str, first: str
) -> None:
    iframes = "<iframe src='https://ads.example/frame?a=1'></iframe><iframe src='cid:frame-1@x'></iframe>"
    parts = [
        f"--b\nContent-Type: text/html; charset=utf-8\n{frame}\n\n{FRAME}\n",
        f"--b\nContent-Type: text/html; charset=utf-8\n{main}\n\n{page(body=iframes).decode()}\n",
    ]
    body = "".join(parts if first == "frame" else reversed(parts))
    (article, *_) = read_file(write(tmp_path, "a.mhtml", f"From: x\nMIME-Version: 1.0\n{head}\n\n{body}--b--\n"))
    assert isinstance(article, Article)
    assert "harbour of Eastport" in article.text and "boat today" not in article.text


ADDRESS = "https://h.example/1"


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ([("https://ads.example/a", FRAME), (f"{ADDRESS}#top", page().decode())], ADDRESS),
        ([("about:blank", "<html></html>"), ("", page().decode())], ADDRESS),
        (
            [(ADDRESS, "<frameset><frame src=s.html></frameset>"), ("https://h.example/s.html", page().decode())],
            ADDRESS,
        ),
        ([(ADDRESS, "<h1>Eastport</h1><iframe src=b.html>"), ("https://h.example/b.html", page().decode())], ADDRESS),
        (
            [
                (ADDRESS, f"<h1>E</h1><p>{'Eastport is by the sea. ' * 20}</p>the harbour of Eastport"),
                ("https://h.example/b.html", FRAME),
            ],
            ADDRESS,
        ),
    ],
)
def test_the_text_may_lie_in_a_frame_of_the_same_site(tmp_path: Path, parts: list[tuple[str, str]], url: str) -> None:
    body = "".join(
        f"--b\nContent-Type: text/html; charset=utf-8\nContent-Location: {location}\n\n{html}\n"
        for location, html in parts
    )
    (article, *_) = read_file(write(tmp_path, "a.mhtml", f"From: x\nMIME-Version: 1.0\n{SAVED}\n\n{body}--b--\n"))
    assert isinstance(article, Article)
    assert "Eastport" in article.text and "boat today" not in article.text
    assert article.url.startswith(url)
