"""A reference leads to the words that were cited, whatever has become of the article; tried on real ingests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import FieldMap
from assistant.english.sentences import split_sentences
from assistant.errors import UsageError
from assistant.library.history import changes
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.library.removal import remove
from assistant.permalinks import Permalink, State, read_reference, resolve
from assistant.records import ArticleInfo, Citation, StoredArticle, short_hash
from assistant.retrieval.evidence import reference
from tests.fakes.embedder import BagOfWordsEmbedder

FIRST = (
    "The council of Port Alder voted on Tuesday to close the old harbour. Mayor Ines Calder said the work costs 18 "
    "million crowns. Fishing boats move to the north quay.\n\nResidents had asked for a delay. The council refused."
)


class Archive:
    """One article, published again and again."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(folder / "library", BagOfWordsEmbedder(), create=True)
        self._file = folder / "harbour.txt"

    def publish(self, text: str) -> StoredArticle:
        self._file.write_text(text, encoding="utf-8")
        ingest(self.library, [self._file], FieldMap())
        return self.newest()

    def newest(self) -> StoredArticle:
        return self.article(short_hash(str(self._file.resolve()), 10))

    def article(self, article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        found = self.library.catalog.article(article_id, version, text_hash)
        if found is None:
            raise UsageError(f"The library has no article {article_id}.")
        return found

    def follow(self, ref: str) -> Permalink:
        return resolve(ref, self.article)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    yield made
    made.library.close()


@pytest.fixture
def refs(archive: Archive) -> list[str]:
    """The references of the five sentences of the first version."""
    article = archive.publish(FIRST)
    return [reference(article.info, sentence.index) for sentence in article.sentences]


def test_a_sentence_of_the_newest_version_is_current(archive: Archive, refs: list[str]) -> None:
    link = archive.follow(refs[3])
    assert (link.state, link.cited.text, link.newest) == (State.CURRENT, "Residents had asked for a delay.", None)
    assert link.cited.ref == refs[3]
    assert archive.follow(f"  {refs[3].upper()}\n").cited == link.cited


def test_after_an_update_the_old_words_are_found_and_the_change_shown(archive: Archive, refs: list[str]) -> None:
    text = FIRST.replace("18 million", "21 million").replace(" The council refused.", "")
    archive.publish(f"New: the port master resigned.\n\n{text} The harbour opened in 1911.")
    kept, changed, gone = (archive.follow(refs[i]) for i in (0, 1, 4))
    assert (kept.state, kept.newest and kept.newest.sentence) == (State.KEPT, 1)
    assert kept.change == ()
    assert changed.state is State.CHANGED
    assert changed.cited.text == "Mayor Ines Calder said the work costs 18 million crowns."
    assert changed.newest and changed.newest.text == "Mayor Ines Calder said the work costs 21 million crowns."
    assert [piece for piece in changed.change if piece.kind != "same"] == [("old", "18"), ("new", "21")]
    assert archive.follow(changed.newest.ref).state is State.CURRENT
    assert (gone.state, gone.newest, gone.cited.text) == (State.GONE, None, "The council refused.")
    assert gone.newest_article.version == 2


def test_every_version_stays_within_reach(archive: Archive, refs: list[str]) -> None:
    middle = archive.publish(FIRST.replace("18", "19"))
    archive.publish(FIRST.replace("18", "20"))
    assert archive.follow(refs[1]).cited.article.version == 1
    link = archive.follow(reference(middle.info, 1))
    assert link.cited.article.version == 2
    assert "19 million" in link.cited.text
    assert link.newest and "20 million" in link.newest.text


def test_a_correction_in_the_newest_text_is_told_at_every_sentence(archive: Archive, refs: list[str]) -> None:
    notice = "Correction: An earlier version of this article gave a wrong cost."
    archive.publish(f"{FIRST.replace('18', '21')}\n\n{notice}")
    assert [archive.follow(ref).notices for ref in refs] == [(notice,)] * 5
    assert archive.follow(reference(archive.newest().info, 0)).notices == (notice,)


def test_a_text_that_came_back_is_current_again(archive: Archive, refs: list[str]) -> None:
    archive.publish(FIRST.replace("18", "19"))
    archive.publish(FIRST)
    assert archive.follow(refs[1]).state is State.CURRENT


def test_a_sentence_that_moved_far_is_found_again(archive: Archive, refs: list[str]) -> None:
    first, *rest = FIRST.partition("\n\n")[0].split(". ")
    archive.publish(". ".join(rest) + "\n\nUnrelated words stand here.\n\n" + first.replace("old harbour", "old port."))
    link = archive.follow(refs[0])
    assert link.state is State.CHANGED
    assert link.newest and "old port" in link.newest.text


def test_an_unlike_sentence_in_the_same_place_is_no_later_form(archive: Archive, refs: list[str]) -> None:
    archive.publish(FIRST.replace("Residents had asked for a delay.", "Fishermen welcomed it."))
    assert archive.follow(refs[3]).state is State.GONE


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("", "is no reference"),
        ("https://example.org/", "is no reference"),
        ("0a1b2c3d4e-5f6071-0", "is no reference"),
        ("0a1b2c3d4e-5f6071-7", "has no article 0a1b2c3d4e"),
        ("{article}-000000-1", "but not the version"),
        ("{article}-{hash}-6", "the article has 5"),
    ],
)
def test_a_reference_that_leads_nowhere_says_why(archive: Archive, refs: list[str], ref: str, problem: str) -> None:
    article, text_hash, _ = refs[0].split("-")
    with pytest.raises(UsageError, match=problem):
        archive.follow(ref.format(article=article, hash=text_hash))


def test_what_the_library_lost_is_shown_as_it_was_cited(archive: Archive, refs: list[str]) -> None:
    info = ArticleInfo(id="0" * 10, version=1, source="x", title="Lost", outlet="", published=None, text_hash="1" * 64)
    ref = reference(info, 4)
    citation = Citation(ref=ref, article=info, sentence=4, start=0, end=5, text="Gone.", score=1.0, number=1)
    link = resolve(ref, archive.article, {ref: citation}.get)
    assert (link.state, link.cited.text, link.cited.article) == (State.REMOVED, "Gone.", info)
    with pytest.raises(UsageError):
        resolve(refs[0].replace(refs[0][:10], "f" * 10), archive.article, {ref: citation}.get)


def test_a_removed_article_is_still_shown_whichever_version_is_cited(archive: Archive, refs: list[str]) -> None:
    newest = archive.publish(FIRST.replace("18 million", "21 million"))
    remove(archive.library, [newest.info.id])
    for ref, words in ((refs[1], "18 million"), (reference(newest.info, 1), "21 million")):
        link = archive.follow(ref)
        assert (link.state, link.kept, link.newest) == (State.REMOVED, True, None)
        assert words in link.cited.text
    remove(archive.library, [newest.info.id], forget=True)
    with pytest.raises(UsageError):
        archive.follow(refs[1])


sentences = st.lists(st.sampled_from(["One two three four.", "Five six seven.", "Eight nine.", "One two five four."]))


@given(old=sentences.filter(bool), new=sentences.filter(bool))
def test_any_change_of_any_article_is_told_without_fail(old: list[str], new: list[str]) -> None:
    versions = [_stored("\n".join(text), number) for number, text in enumerate((old, new), start=1)]

    def lookup(article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        return [v for v in versions if version in (None, v.info.version) and v.info.text_hash.startswith(text_hash)][-1]

    for sentence in versions[0].sentences:
        link = resolve(reference(versions[0].info, sentence.index), lookup)
        assert link.cited.text == old[sentence.index]
        if link.newest:
            assert link.newest.text == new[link.newest.sentence]
            assert (link.newest.text == link.cited.text) == (link.state is State.KEPT)
        elif link.state is State.GONE:
            assert link.cited.text not in new


def _stored(text: str, version: int) -> StoredArticle:
    info = ArticleInfo(
        id="a" * 10, version=version, source="a", title="", outlet="", published=None, text_hash=short_hash(text, 64)
    )
    return StoredArticle(info=info, text=text, sentences=tuple(split_sentences(text)), current=version == 2)


@given(old=st.text(alphabet="ab \n", max_size=20), new=st.text(alphabet="ab \n", max_size=20))
def test_the_pieces_of_a_change_give_back_both_sentences(old: str, new: str) -> None:
    pieces = changes(old, new)
    assert " ".join(p.text for p in pieces if p.kind != "new").split() == old.split()
    assert " ".join(p.text for p in pieces if p.kind != "old").split() == new.split()


def test_a_reference_is_taken_apart() -> None:
    assert read_reference("0A1b2c3d4e-5f6071-7") == ("0a1b2c3d4e", "5f6071", 6, 6)
    assert read_reference("0a1b2c3d4e-5f6071-7..9") == ("0a1b2c3d4e", "5f6071", 6, 8)
