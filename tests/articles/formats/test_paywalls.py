"""Pages that hold no article are told by their wording and by how little else there is."""

import json
from pathlib import Path

import pytest

from assistant.articles import Notice, read_file
from assistant.articles.formats.paywalls import is_cut_off, stub_reason
from assistant.records import Article, Skipped
from tests.articles import only_reason, write
from tests.samples import page

TEASER = "The harbour of Eastport reopened on Tuesday after a storm had closed it for nine days. "
REPORT = TEASER * 4 + "Forty ships left in the first hours, officials said. " * 3


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Subscribe to continue reading.\n\nAlready a subscriber? Sign in", "paywall"),
        (TEASER + "\n\nTo continue reading this article, log in or create a free account.", "paywall"),
        ("You have reached your limit of free articles. Start your free trial. Cancel anytime.", "paywall"),
        (TEASER + "\n\nThis story is for subscribers only. Subscribe now for full access.", "paywall"),
        (
            "Der Hafen von Eastport ist wieder offen.\n\nDieser Artikel ist nur für Abonnenten. Jetzt weiterlesen!",
            "paywall",
        ),
        (
            "Le port a rouvert mardi.\n\nCet article est réservé aux abonnés. Il vous reste 85 % de cet article.",
            "paywall",
        ),
        ("El puerto reabrió.\n\nContenido exclusivo para suscriptores. ¿Ya eres suscriptor?", "paywall"),
        ("港は火曜日に再開した。この記事は会員限定です。続きを読むには登録が必要です。", "paywall"),
        ("We value your privacy.\n\nWe and our 812 partners store and/or access information. Accept all", "cookies"),
        ("This site uses cookies to improve your experience. Cookie settings. Reject all.", "cookies"),
        ("Wir verwenden Cookies und ähnliche Technologien. Mit einem Klick auf Zustimmen willigen Sie ein.", "cookies"),
        ("Nous utilisons des cookies. Tout accepter. Tout refuser.", "cookies"),
        ("Please verify you are a human. Our systems have detected unusual activity.", "robots"),
        ("Please enable JavaScript and disable your ad blocker to proceed.", "robots"),
        ("Access denied. You don't have permission to access this page. Reference #18.2f", "robots"),
        ("The page you requested could not be found. 404", "robots"),
        ("Seite nicht gefunden.", "robots"),
        ("How relevant is this ad to you?\n\nVideo player was slow to load content Ad froze", "advertisement"),
    ],
)
def test_stubs_of_every_sort(text: str, sort: str) -> None:
    assert sort in stub_reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ships left.",
        TEASER,
        REPORT + "Subscribe to continue reading.",
        "The regulator fined the company 3 million for placing cookies without consent. " + TEASER * 2,
        "The newspaper said it would put its articles behind a paywall and ask readers to subscribe. " + TEASER * 4,
        "A captcha that asks whether you are a robot can be solved by robots, a study found. " + TEASER * 2,
        "The court denied access to the files. " + TEASER,
        "Subscribe to continue reading. " * 100,  # longer than any stub: whatever it is, it is not refused
        "",
    ],
)
def test_articles_are_kept(text: str) -> None:
    assert stub_reason(text) == ""


def test_what_a_page_is_called_counts_when_it_says_little() -> None:
    assert "robots" in stub_reason("Checking connection security.", "Just a moment...")
    assert stub_reason(REPORT, "Just a moment: what the pause in the talks means") == ""


def test_a_stub_is_skipped_and_a_preview_told(tmp_path: Path) -> None:
    wall = "To continue reading, subscribe now. Already a subscriber? Sign in to your account."
    assert "paywall" in only_reason(write(tmp_path, "a.html", page(title="", paragraphs=(TEASER, wall, wall))))
    article, notice = read_file(write(tmp_path, "b.html", page(paragraphs=(REPORT, REPORT, wall))))
    assert isinstance(article, Article)
    assert isinstance(notice, Notice) and "cut off" in notice.text


def test_a_page_that_says_it_is_paid_and_shows_a_beginning_is_skipped(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    (item,) = read_file(write(tmp_path, "a.html", page(head=head, paragraphs=(TEASER, TEASER))))
    assert isinstance(item, Skipped) and "paid article" in item.reason
    (item, *_) = read_file(write(tmp_path, "b.html", page(head=head, paragraphs=(REPORT,))))
    assert isinstance(item, Article)


def test_only_the_end_of_a_preview_counts() -> None:
    assert is_cut_off(REPORT + "Subscribe to continue reading.")
    assert not is_cut_off("Subscribe to continue reading. " + REPORT * 2)
    assert not is_cut_off(REPORT * 8 + "Subscribe to continue reading.")


def test_a_row_that_records_an_article_is_kept_with_a_notice(tmp_path: Path) -> None:
    wall = "Subscribe to continue reading. Already a subscriber? Sign in"
    rows = [{"title": "Port reopens", "url": "https://a.example/port", "text": wall}, {"text": wall}]
    file = write(tmp_path, "a.jsonl", "\n".join(map(json.dumps, rows)))
    kept, *told = read_file(file)
    assert isinstance(kept, Article)
    assert kept.title == "Port reopens"
    assert any(isinstance(item, Skipped) and "paywall" in item.reason for item in told)
    assert any(isinstance(item, Notice) and "headline" in item.text for item in told)
