"""The stores that `research.bench.peers` measures beside the program, each used as its own manual shows.

All stand on Chroma on disk, cosine, with the texts stored, and get the program's own embedder, so that what differs is
what they do around it. LlamaIndex and LangChain are no part of the program: they are imported when they are measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.library.embedders.base import Embedder
from research.bench import plain_chroma

FOUND = 10  # passages for each question
_DISTANCE = {"hnsw": {"space": "cosine"}}


class Store(Protocol):
    """Takes passages and finds those nearest to a question; it embeds both."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the store in `folder`, making it when there is none."""

    def add(self, ids: list[str], texts: list[str]) -> None:
        """Embed and store passages, at most `plain_chroma.BATCH` of them."""

    def search(self, question: str) -> list[str]:
        """The texts of the nearest passages, best first."""


class PlainChroma:
    """Chroma alone."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._collection = plain_chroma.open_collection(folder)
        self._embedder = embedder

    def add(self, ids: list[str], texts: list[str]) -> None:
        """Vectors are made first; texts become the documents."""
        self._collection.add(ids=ids, embeddings=list(self._embedder.embed(texts)), documents=texts)

    def search(self, question: str) -> list[str]:
        """Texts of the nearest passages."""
        vectors = list(self._embedder.embed([question]))
        documents: list[str] = self._collection.query(query_embeddings=vectors, n_results=FOUND)["documents"][0]
        return documents


class LangChain:
    """`langchain_chroma.Chroma`."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        from langchain_chroma import Chroma

        self._store = Chroma(
            collection_name="passages",
            client=_client(folder),
            embedding_function=_langchain_embedding(embedder),
            collection_configuration=_DISTANCE,
        )

    def add(self, ids: list[str], texts: list[str]) -> None:
        """`add_texts`."""
        self._store.add_texts(texts, ids=ids)

    def search(self, question: str) -> list[str]:
        """`similarity_search`."""
        return [document.page_content for document in self._store.similarity_search(question, k=FOUND)]


class LlamaIndex:
    """`VectorStoreIndex` over `ChromaVectorStore`, passages given as nodes."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.vector_stores.chroma import ChromaVectorStore

        collection = _client(folder).get_or_create_collection(
            "passages", embedding_function=None, configuration=_DISTANCE
        )
        self._index = VectorStoreIndex.from_vector_store(
            ChromaVectorStore(chroma_collection=collection), embed_model=_llama_embedding(embedder)
        )
        self._retriever = self._index.as_retriever(similarity_top_k=FOUND)

    def add(self, ids: list[str], texts: list[str]) -> None:
        """`insert_nodes`."""
        from llama_index.core.schema import TextNode

        self._index.insert_nodes([TextNode(id_=key, text=text) for key, text in zip(ids, texts, strict=True)])

    def search(self, question: str) -> list[str]:
        """`retrieve`."""
        return [node.get_content() for node in self._retriever.retrieve(question)]


STORES: dict[str, tuple[type[Store], str]] = {  # with the module that each needs
    "plain Chroma": (PlainChroma, "chromadb"),
    "LangChain": (LangChain, "langchain_chroma"),
    "LlamaIndex": (LlamaIndex, "llama_index.vector_stores.chroma"),
}


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _rows(embedder: Embedder, texts: Sequence[str]) -> list[list[float]]:
    rows: list[list[float]] = embedder.embed(texts).tolist()
    return rows


def _langchain_embedding(embedder: Embedder) -> Any:
    class OwnEmbeddings:  # the methods of langchain_core.embeddings.Embeddings, which nothing asks it to inherit
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return _rows(embedder, texts)

        def embed_query(self, text: str) -> list[float]:
            return _rows(embedder, [text])[0]

    return OwnEmbeddings()


def _llama_embedding(embedder: Embedder) -> Any:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class OwnEmbedding(BaseEmbedding):  # type: ignore[misc]  # no part of the program: its types are not known here
        def _get_query_embedding(self, query: str) -> list[float]:
            return _rows(embedder, [query])[0]

        def _get_text_embedding(self, text: str) -> list[float]:
            return _rows(embedder, [text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return _rows(embedder, texts)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return OwnEmbedding(embed_batch_size=plain_chroma.BATCH)  # by default 10, which would leave the cores idle
