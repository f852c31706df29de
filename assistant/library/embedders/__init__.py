"""Text -> vectors: the contract (`base`) and the model that runs on this machine (`minilm`).

Embedders that ask a server are in `llm.embeddings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.library.embedders.base import Embedder
    from assistant.settings import Settings


def local_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name; nothing is loaded until it is first used."""
    from assistant.library.embedders.minilm import MiniLMEmbedder

    return MiniLMEmbedder(settings.cache, precision="fp32" if settings.embedder == "minilm-fp32" else "int8")
