"""The lexical index, on Tantivy: the only module that imports `tantivy`.

One text field holds title and passage together (a separate title field cost .04 Hit@4), analysed as `analysis` says.
Queries are built from terms, never parsed from what a user typed: a query parser fails on `AT&T: what` and on a lone
quotation mark.
"""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.english.cjk import cut_runs
from assistant.library.disk import Fingerprint, IndexFolder, ReadOnlyCopy
from assistant.library.index import DamagedIndexError, Hit, IndexedPassage, LexicalIndex, day_to_int
from assistant.records import Filters

if TYPE_CHECKING:
    import tantivy

_ANALYSIS = "english+pairs-1"
"""Names how terms are made of text; it changes whenever they may change, and every index is then rebuilt."""

_UNSTEADY = (".lock",)  # files that change by being opened
_FOOTER = struct.Struct("<II")  # at the end of every file: the length of the JSON before it, and `_SIGNED`
_SIGNED = 1337
_UNSIGNED = (".json", ".lock")  # files without a footer
_HEAP = 64_000_000  # bytes of the writer's buffer; Tantivy wants 15 MB or more a thread


# same name as vectors.embedded_index because `library.indexes` opens both kinds alike
def embedded_index(folder: Path, copy: ReadOnlyCopy | None = None) -> LexicalIndex:
    """Return the lexical index in its folder below a library's `folder`; see `TantivyIndex`."""
    return TantivyIndex(IndexFolder(folder / TantivyIndex.name, _UNSTEADY, copy))


class TantivyIndex:
    """`LexicalIndex` on Tantivy, in a folder of its own."""

    name = "tantivy"
    kind = "lexical index"
    keeps_vectors = False
    is_one_piece = True
    is_shared = False
    has_places = False
    refresh_s = 0.0

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._opened: tuple[tantivy.Index, tantivy.Searcher] | None = None
        self._writer: tantivy.IndexWriter | None = None

    # -- before it is open

    def check(self) -> str:
        """Return the first file whose content does not match its checksum, "" when all do. Reads all files.

        Tantivy writes each file once, with a CRC-32 at its end, and names those in use in one step: a crash damages
        none. Tantivy can check them itself, but not from Python. A rebuild takes .2 ms of the processor a passage.
        """
        place = self._folder.path
        for file in sorted(place.iterdir()) if place.is_dir() else ():
            if file.is_file() and file.suffix not in _UNSIGNED and not file.name.startswith("."):
                content = file.read_bytes()
                end = _end_of_content(content)
                if _checksum(content, end) != zlib.crc32(content[:end]):
                    return f"{file.name} is damaged"
        return ""

    def is_outdated(self) -> bool:
        """Whether it was made with other terms than are made now."""
        return is_outdated(self._folder.home)

    def fingerprint(self) -> Fingerprint:
        """Return sizes and times of change of the files."""
        return self._folder.fingerprint()

    @property
    def is_open(self) -> bool:
        """Whether it can be used."""
        return self._opened is not None

    def open(self) -> None:
        """Open or create the index; also refuses one with other terms."""
        import tantivy

        place = self._folder.path
        if is_outdated(place):
            raise DamagedIndexError("an earlier version of this program made it")
        with _faults():
            place.mkdir(parents=True, exist_ok=True)
            self._schema = _schema()
            index = tantivy.Index(self._schema, path=str(place))
            index.register_tokenizer(_ANALYSIS, english_analyzer())
            self._opened = index, index.searcher()

    @property
    def _index(self) -> tantivy.Index:
        return self._using()[0]

    @property
    def _searcher(self) -> tantivy.Searcher:
        return self._using()[1]

    def _using(self) -> tuple[tantivy.Index, tantivy.Searcher]:
        if self._opened is None:
            raise DamagedIndexError("it is not open")
        return self._opened

    # -- while it is open

    def count(self) -> int:
        """Return the number of passages held."""
        return self._searcher.num_docs

    def upsert(self, passages: Sequence[IndexedPassage]) -> None:
        """Add or replace passages; durable after `commit`. Most of the work is done on another thread, later."""
        import tantivy

        writer = self._writing()
        for passage in passages:
            writer.delete_documents_by_term("key", passage.passage_id)
            document = tantivy.Document()
            document.add_integer("key", passage.passage_id)
            document.add_text("body", cut_runs(passage.text))
            document.add_text("outlet", passage.fields.outlet.casefold())
            if passage.fields.published is not None:
                document.add_unsigned("published", passage.fields.published)
            for author in passage.fields.authors:
                document.add_text("author", author.casefold())
            with _faults():
                writer.add_document(document)

    def delete(self, keys: Sequence[int]) -> None:
        """Remove passages; durable after `commit`."""
        writer = self._writing()
        for key in keys:
            writer.delete_documents_by_term("key", key)

    def commit(self) -> None:
        """Make what was upserted and deleted durable and searchable."""
        if self._writer is not None:
            with _faults():
                self._writer.commit()
            self.refresh()

    def refresh(self) -> None:
        """See what another process has committed."""
        index = self._index
        index.reload()
        self._opened = index, index.searcher()

    def settle(self) -> None:
        """Return once no merge of files is under way; the writer's lock is released."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def dead_count(self) -> int:
        """Return 0: Tantivy drops what was deleted when it merges files."""
        return 0

    def keys(self) -> list[int]:
        """Return the keys of all passages held."""
        return self._keys(_all(), self.count())

    def _keys(self, query: tantivy.Query, most: int) -> list[int]:
        """The keys of all passages that meet a query, `most` at most; in half the time that `_hits` takes."""
        if not most:
            return []
        addresses = [address for _, address in self._searcher.search(query, most, count=False).hits]
        return [int(key) for key in self._searcher.fast_field_values("key", addresses) if key is not None]

    def frequency(self, term: str) -> int:
        """Number of passages that hold the term."""
        return self._searcher.doc_freq("body", term)

    def terms_beginning(self, prefix: str) -> dict[str, int]:
        """All terms of the index that begin so, with the number of passages that hold them."""
        return dict(self._searcher.terms_with_prefix("body", prefix))

    def search(
        self, terms: Sequence[str], limit: int, filters: Filters, phrases: Sequence[Sequence[str]] = ()
    ) -> list[Hit]:
        """Passages with any of the terms and all of the phrases by BM25, best first, that pass the filters."""
        if not terms or limit < 1:
            return []
        return self._hits([self._any(terms), *self._phrases(phrases), *self._limits(filters)], limit)

    def holding(self, phrase: Sequence[str]) -> list[int]:
        """The keys of all passages that hold these terms in a row."""
        if not phrase:
            return []
        wanted = self._phrases([phrase]) if len(phrase) > 1 else [self._any(phrase)]
        return [hit.passage_id for hit in self._hits(wanted, max(1, self.count()))]

    def scores(self, terms: Sequence[str], keys: Sequence[int]) -> dict[int, float]:
        """The BM25 score of those of these passages that hold any of the terms."""
        if not terms or not keys:
            return {}
        return {hit.passage_id: hit.score for hit in self._hits([self._any(terms), self._among(keys)], len(keys))}

    def within(self, filters: Filters, keys: Sequence[int] | None = None) -> list[int]:
        """The keys of the passages that pass the filters, of these or of all."""
        most = self.count_within(filters) if keys is None else len(keys)
        conditions = self._limits(filters) + ([] if keys is None else [self._among(keys)])
        return self._keys(_all_of(conditions or [_all()]), most)

    def count_within(self, filters: Filters) -> int:
        """The number of passages that pass the filters."""
        query = _all_of(self._limits(filters) or [_all()])
        found: int = self._searcher.search(query, 1, count=True).count  # type: ignore[attr-defined]  # not in the stubs
        return found

    def _hits(self, conditions: Sequence[tantivy.Query], limit: int) -> list[Hit]:
        """The best passages that meet all conditions, by the sum of their scores."""
        hits = self._searcher.search(_all_of(conditions), limit, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return [Hit(int(key), score) for key, (score, _) in zip(keys, hits, strict=True) if key is not None]

    # -- its end

    def close(self) -> None:
        """Let go of the files."""
        self.settle()
        self._opened = None

    def remove(self) -> None:
        """Delete the folder, or the file in its place."""
        self.close()
        place = self._folder.path
        shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):  # making it again will meet the same fault and name it
            place.unlink(missing_ok=True)

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            with _faults():
                self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def _any(self, terms: Sequence[str]) -> tantivy.Query:
        import tantivy

        wanted = (tantivy.Query.term_query(self._schema, "body", term) for term in dict.fromkeys(terms))
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in wanted])

    def _among(self, keys: Sequence[int]) -> tantivy.Query:
        """That a passage is one of these, which adds nothing to the score."""
        import tantivy

        # One query a key: a set of them would be looked for in the whole dictionary of keys, three times as slowly.
        wanted = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "key", key)) for key in keys]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(wanted), 0.0)

    def _phrases(self, phrases: Sequence[Sequence[str]]) -> list[tantivy.Query]:
        import tantivy

        wanted = (tantivy.Query.phrase_query(self._schema, "body", list(phrase)) for phrase in phrases)
        return [tantivy.Query.const_score_query(query, 0.0) for query in wanted]

    def _limits(self, filters: Filters) -> list[tantivy.Query]:
        """Each filter as a condition that must hold and adds nothing to the score."""
        import tantivy

        conditions = []
        if filters.since or filters.until:
            lower = day_to_int(filters.since) if filters.since else 0
            upper = day_to_int(filters.until) if filters.until else 99_991_231
            conditions.append(
                tantivy.Query.range_query(self._schema, "published", tantivy.FieldType.Unsigned, lower, upper)
            )
        for field, values in (("outlet", filters.outlets), ("author", filters.authors)):
            if values:
                folded = [value.casefold() for value in values]
                conditions.append(tantivy.Query.term_set_query(self._schema, field, folded))
        return [tantivy.Query.const_score_query(condition, 0.0) for condition in conditions]


@cache
def english_analyzer() -> tantivy.TextAnalyzer:
    """Return the analyzer of the text field, without what `analysis` does before it."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(60)).filter(Filter.lowercase())
    return builder.filter(Filter.ascii_fold()).filter(Filter.stemmer("english")).build()


def _all() -> tantivy.Query:
    import tantivy

    return tantivy.Query.all_query()


def _all_of(conditions: Sequence[tantivy.Query]) -> tantivy.Query:
    """One query for what meets all conditions."""
    import tantivy

    if len(conditions) == 1:
        return conditions[0]  # bare: inside another query Tantivy cannot skip poor matches
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, condition) for condition in conditions])


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_unsigned_field("published", indexed=True, fast=True)
    builder.add_text_field("body", stored=False, tokenizer_name=_ANALYSIS, index_option="position")
    builder.add_text_field("outlet", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("author", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:  # a full disk, a missing permission, a damaged file
        raise DamagedIndexError(str(error)) from error


def is_outdated(folder: Path) -> bool:
    """Whether the index in a folder was made with other terms than are made now; not where there is none."""
    try:
        schema = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["schema"]
        analysed = {field["name"]: (field["options"].get("indexing") or {}).get("tokenizer") for field in schema}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # damaged files are another matter
        return False
    return analysed.get("body") != _ANALYSIS


def _end_of_content(content: bytes) -> int:
    """Where the footer of a file begins: a few bytes of JSON, their length, and a number that says what this is."""
    length = int.from_bytes(content[-_FOOTER.size : -4], "little")
    return max(0, len(content) - _FOOTER.size - length)


def _checksum(content: bytes, end: int) -> int:
    """The CRC-32 that the footer names, -1 where there is no footer."""
    if len(content) < _FOOTER.size or _FOOTER.unpack(content[-_FOOTER.size :])[1] != _SIGNED:
        return -1
    try:
        return int(json.loads(content[end : -_FOOTER.size])["crc"])
    except (ValueError, KeyError, TypeError):
        return -1
