"""The embedder that runs on this machine and needs no server."""

from __future__ import annotations

from assistant.library.embedders.base import Embedder
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.settings import Settings


def local_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name; nothing is loaded until it is first used."""
    return MiniLMEmbedder(settings.cache, precision="fp32" if settings.embedder == "minilm-fp32" else "int8")
