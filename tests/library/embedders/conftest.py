"""Every embedder of the program, each made once, and a server for the one that asks a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.library.embedders.base import Embedder
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.llm.embeddings import OpenAIEmbedder
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.fakes.embedding_server import EmbeddingServer, embedding_server


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def int8(cache_dir: Path) -> MiniLMEmbedder:
    return MiniLMEmbedder(cache_dir)


@pytest.fixture(scope="session")
def fp32(cache_dir: Path) -> MiniLMEmbedder:
    return MiniLMEmbedder(cache_dir, precision="fp32")


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as running:
        yield running


@pytest.fixture(params=["int8", "fp32", "openai", "bag of words"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder
    if request.param == "openai":
        made = OpenAIEmbedder(model="bag", base_url=request.getfixturevalue("server").base_url)
    elif request.param == "bag of words":
        made = BagOfWordsEmbedder()
    else:
        made = request.getfixturevalue(request.param)
    return made
