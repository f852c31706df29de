"""Newsletters, and web pages saved as one file."""

from datetime import date
from pathlib import Path

import pytest

from tests.articles import articles, only_article, only_reason, write
from tests.samples import PARAGRAPHS, mail, page, web_archive

HTML = (
    "<html><body><div style='display:none'>Preview words that nobody sees</div>"
    "<a href='https://harbour.example/letters/1'>View in browser</a>"
    "<table><tr><td><p>The harbour reopened on <b>Tuesday</b>.</p>"
    "<p>Forty ships left &amp; more came.</p></td></tr></table>"
    "<p><a href='https://harbour.example/u'>Unsubscribe</a></p><script>track()</script></body></html>"
)


def test_a_newsletter(tmp_path: Path) -> None:
    article = only_article(
        write(tmp_path, "a.eml", mail(html=HTML, text="See the web version.", attachment=b"\x89PNG"))
    )
    assert article.text == "The harbour reopened on Tuesday.\n\nForty ships left & more came."
    assert (article.title, article.outlet) == ("Harbour reopens", "Harbour News")
    assert article.published == date(2025, 11, 27)  # the sender's day: in UTC it is the 28th
    assert article.url == "https://harbour.example/letters/1"


def test_a_plain_message_without_its_tracking_addresses(tmp_path: Path) -> None:
    text = "The harbour reopened [https://t.example/r?x=12345]\n\nForty ships left.\n\nUnsubscribe: https://t.example/u"
    assert only_article(write(tmp_path, "a.eml", mail(text=text))).text == "The harbour reopened\n\nForty ships left."


def test_subjects_and_names_in_other_scripts(tmp_path: Path) -> None:
    content = mail(text="Порт открылся.").replace(b"Subject: Harbour reopens", b"Subject: =?utf-8?b?0J/QvtGA0YI=?=")
    article = only_article(write(tmp_path, "a.eml", content))
    assert (article.title, article.text) == ("Порт", "Порт открылся.")


def test_a_day_in_the_future_is_told(tmp_path: Path) -> None:
    from assistant.articles import Notice, read_file

    content = mail(text="The harbour reopened.").replace(b"27 Nov 2025", b"27 Nov 2925")
    _, notice = read_file(write(tmp_path, "a.eml", content))
    assert isinstance(notice, Notice) and "future" in notice.text


@pytest.mark.parametrize("day", ["27 Nov 99999999999999999999", "27 Nov 2025 10:00:00 +9999999999999", "x" * 3000])
def test_days_that_overflow_stop_nothing(tmp_path: Path, day: str) -> None:
    content = mail(text="The harbour reopened.").replace(b"27 Nov 2025 23:30:00 -0500", day.encode())
    article = articles(write(tmp_path, "a.eml", content))[0]
    assert article.published in (None, date(2025, 11, 27))


@pytest.mark.parametrize(
    "content",
    [
        b"no header at all\n\njust text",
        b"Subject: x\n\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x--\n",
        b"Content-Type: text/plain; charset=nonsense\n\n \n",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 3000,
    ],
)
def test_what_is_no_letter_is_told(tmp_path: Path, content: bytes) -> None:
    assert only_reason(write(tmp_path, "a.eml", content))


def test_a_page_saved_as_one_file(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2025-11-27">'
    article = only_article(write(tmp_path, "a.mhtml", web_archive(page(head=head))))
    assert PARAGRAPHS[0] in article.text
    assert (article.published, article.url) == (date(2025, 11, 27), "https://harbour.example/reopens")


def test_an_archive_without_a_page_is_told(tmp_path: Path) -> None:
    assert "no web page" in only_reason(write(tmp_path, "a.mht", mail(text="Text only.")))
