"""Whether the files of the search indexes are whole, told from the files alone, before the index libraries open them.

Chroma reads its graph of vectors without looking: a file cut short or overwritten ends the whole process, or goes
unnoticed and finds nothing. The graph is hnswlib's, whose files are little-endian and laid out in its `saveIndex`
(https://github.com/chroma-core/hnswlib): a header; for each vector a block of links, numbers and a label; its length;
and its links on the upper levels. Each file of Tantivy ends in a footer with the CRC-32 of what stands before it.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_HEADER = struct.Struct("<iQQQQQQiIQQQdQ")
_GRAPH = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
_BLOCKS = 20_000  # vectors looked at together: some 30 MB
_UNIT = 0.01  # how far the length of a vector may be from 1
_FOOTER = struct.Struct("<II")  # length of the JSON before it, and a number that says what this is
_TANTIVY = 1337
_UNSIGNED = (".json", ".lock")  # files of Tantivy without a footer


class _Header(NamedTuple):
    version: int
    start: int
    room: int
    held: int  # vectors in the files
    block: int  # bytes of one vector's block
    label: int  # where in its block the label stands
    numbers: int  # and where the vector
    levels: int  # highest level, -1 for an empty graph
    entry: int  # the vector at which a search begins
    links_above: int  # most links of a vector on an upper level
    links: int  # and on the lowest
    wanted: int
    scale: float
    construction: int


def vector_files_fault(folder: Path, *, thorough: bool) -> str:
    """What is wrong with the files of a Chroma folder, "" when nothing is.

    `thorough` reads all of them; otherwise their sizes are compared with what the header says.
    """
    graphs = [path for path in folder.glob("*-*") if path.is_dir()]
    faults = (_graph_fault(graph, thorough=thorough) for graph in graphs)
    fault = next((fault for fault in faults if fault), "")
    if not fault and thorough and (folder / "chroma.sqlite3").exists():
        fault = database_fault(folder / "chroma.sqlite3")
    return fault


def vectors_on_disk(folder: Path) -> int:
    """The number of vectors in the graph of a sound Chroma folder, those that were deleted included."""
    headers = (_Header(*_HEADER.unpack(file.read_bytes())) for file in folder.glob("*-*/header.bin"))
    return sum(header.held for header in headers)


def term_files_fault(folder: Path) -> str:
    """What is wrong with the files of a Tantivy folder, "" when nothing is. Reads all of them."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.is_file() and file.suffix not in _UNSIGNED and not file.name.startswith("."):
            content = file.read_bytes()
            if _checksum(content) != zlib.crc32(content[: _body_length(content)]):
                return f"{file.name} is damaged"
    return ""


def database_fault(file: Path) -> str:
    """What SQLite's own check finds wrong with one of its files, "" when nothing."""
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        return f"{file.name}: {error}"
    try:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        return f"{file.name}: {error}"
    finally:
        connection.close()
    return "" if found == "ok" else f"{file.name}: {found.splitlines()[0]}"


def _graph_fault(graph: Path, *, thorough: bool) -> str:
    files = {file.name: file.stat().st_size for file in graph.iterdir()}
    if not files:  # so few vectors that none was written yet
        return ""
    if missing := [name for name in _GRAPH if name not in files]:
        return f"{missing[0]} is missing"
    try:
        header = _Header(*_HEADER.unpack((graph / "header.bin").read_bytes()))
    except struct.error:
        return "header.bin is damaged"
    return _size_fault(header, files) or (_content_fault(graph, header) if thorough else "")


def _size_fault(header: _Header, files: dict[str, int]) -> str:
    if not _is_possible(header):
        return "header.bin is damaged"
    blocks = header.held or header.room  # an empty graph is written with all its room
    wrong = {
        "data_level0.bin": files["data_level0.bin"] != blocks * header.block,
        "length.bin": files["length.bin"] != blocks * 4,
        "link_lists.bin": files["link_lists.bin"] < header.held * 4,
        "index_metadata.pickle": files.get("index_metadata.pickle", 1) == 0,
    }
    return next((f"{name} has the wrong size" for name, is_wrong in wrong.items() if is_wrong), "")


def _is_possible(header: _Header) -> bool:
    """Whether the numbers of the header can belong together."""
    if header.version != 1 or header.start != 0 or header.held > header.room:
        return False
    if header.numbers != 4 + 4 * header.links or header.links != 2 * header.links_above:
        return False
    if header.label + 8 != header.block or not header.numbers < header.label:
        return False
    return header.held == 0 or (header.entry < header.held and 0 <= header.levels < 64)


def _content_fault(graph: Path, header: _Header) -> str:
    if header.held == 0:
        return ""
    labels: list[npt.NDArray[Any]] = []
    for blocks in _blocks(graph / "data_level0.bin", header):
        links = np.ascontiguousarray(blocks[:, : header.numbers]).view("<u4")
        counts = links[:, 0] & 0xFFFF  # the upper half holds the mark of a deleted vector
        used = np.arange(header.links) < counts[:, np.newaxis]
        vectors = np.ascontiguousarray(blocks[:, header.numbers : header.label]).view("<f4")
        with np.errstate(over="ignore", invalid="ignore"):
            lengths = np.einsum("ij,ij->i", vectors, vectors)
        if counts.max() > header.links or (links[:, 1:][used] >= header.held).any():
            return "data_level0.bin is damaged: a link leads nowhere"
        if not _are_unit(lengths):
            return "data_level0.bin is damaged: a vector is not of unit length"
        labels.append(np.ascontiguousarray(blocks[:, header.label :]).view("<u8")[:, 0])
    if not _are_unit(np.fromfile(graph / "length.bin", "<f4")):
        return "length.bin is damaged"
    if len(np.unique(np.concatenate(labels))) < header.held:
        return "data_level0.bin is damaged: a label stands twice"
    return _upper_fault((graph / "link_lists.bin").read_bytes(), header)


def _are_unit(lengths: npt.NDArray[np.float32]) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((np.abs(lengths - 1) < _UNIT).all())


def _blocks(file: Path, header: _Header) -> Iterator[npt.NDArray[np.uint8]]:
    with file.open("rb") as stream:
        while content := stream.read(_BLOCKS * header.block):
            yield np.frombuffer(content, np.uint8).reshape(-1, header.block)


def _upper_fault(content: bytes, header: _Header) -> str:
    """Whether the links above the lowest level are whole: for each vector a length in bytes, then its links."""
    one_level = 4 + 4 * header.links_above
    at = vectors = 0
    while at + 4 <= len(content) and vectors < header.held:
        size = int.from_bytes(content[at : at + 4], "little")
        if size:
            links = np.frombuffer(content[at + 4 : at + 4 + size], np.uint8)
            if size % one_level or size > header.levels * one_level or len(links) < size:
                return "link_lists.bin is damaged"
            rows = links.reshape(-1, one_level).view("<u4")
            used = np.arange(header.links_above) < rows[:, :1]
            if rows[:, 0].max() > header.links_above or (rows[:, 1:][used] >= header.held).any():
                return "link_lists.bin is damaged: a link leads nowhere"
        at, vectors = at + 4 + size, vectors + 1
    return "" if vectors == header.held and at == len(content) else "link_lists.bin has the wrong size"


def _body_length(content: bytes) -> int:
    length = int.from_bytes(content[-_FOOTER.size : -4], "little")
    return max(0, len(content) - _FOOTER.size - length)


def _checksum(content: bytes) -> int:
    """The CRC-32 that the footer names, -1 where there is no footer."""
    if len(content) < _FOOTER.size or _FOOTER.unpack(content[-_FOOTER.size :])[1] != _TANTIVY:
        return -1
    try:
        return int(json.loads(content[_body_length(content) : -_FOOTER.size])["crc"])
    except (ValueError, KeyError, TypeError):
        return -1
