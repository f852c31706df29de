"""Embeddings from any OpenAI-compatible server: OpenAI itself, Ollama, llama.cpp, vLLM and others.

Replies are not trusted: count, order, width and numbers are checked, since servers differ. Vectors are asked for as
JSON numbers (`encoding_format="float"`): the library's own default, base64, is rejected or garbled by some servers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.library.embedders import local_embedder
from assistant.library.embedders.base import WORDS_ALONE, Embedder, FloatMatrix, PassageVectors, Span, unit_rows
from assistant.llm.connection import MAX_RETRIES, Connection, translated_errors, unusable_reply
from assistant.settings import Settings

MAX_TOKENS = 512  # of one text; the least that embedding models in common use read
_BATCH_TEXTS = 128  # of one request
_BATCH_CHARACTERS = 100_000  # of one request: some 25,000 tokens; OpenAI takes at most 300,000
_SERVER = "the embedding server"


class OpenAIEmbedder:
    """Asks a server for vectors, one request after the other."""

    calibration = WORDS_ALONE

    def __init__(
        self,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        dimension: int | None = None,
        max_tokens: int = MAX_TOKENS,
        max_retries: int = MAX_RETRIES,
    ) -> None:
        """Nothing is asked yet. `dimension` is the width that replies must have; None takes that of the first reply.

        Texts longer than `max_tokens`, as `count_tokens` estimates them, are cut there, so that no server refuses them.
        """
        self.name = f"openai/{model}"
        self.max_tokens = max_tokens
        self.width = None
        self._model = model
        self._server = Connection(base_url, api_key, timeout_s=timeout_s, max_retries=max_retries)
        self._width = dimension

    @property
    def dimension(self) -> int:
        """Width of the vectors; when it is neither configured nor known, one word is embedded to learn it."""
        return self._width or self.embed(["width"]).shape[1]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate, since the server's tokenizer is not known: see `estimated_tokens`."""
        return [estimated_tokens(text) for text in texts]

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """One unit row per text. Raises the `ModelError`s of `connection`, also for a reply that cannot be used."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        cut = [_cut(text, self.max_tokens) for text in texts]
        return unit_rows(np.concatenate([self._request(batch) for batch in _batches(cut)]))

    def embed_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[PassageVectors]:
        """As `embed`: a server gives one vector per text, so there are none for the sentences."""
        del spans
        return [PassageVectors(vector, None) for vector in self.embed(texts)] if texts else []

    def narrow(self, vectors: FloatMatrix) -> FloatMatrix:
        """As they are: nothing is known of what a server's numbers hold."""
        return vectors

    def _request(self, texts: Sequence[str]) -> FloatMatrix:
        with translated_errors(_SERVER):
            reply = self._server.client.embeddings.create(model=self._model, input=list(texts), encoding_format="float")
        vectors = _checked(getattr(reply, "data", None), len(texts), self._width)
        self._width = vectors.shape[1]
        return vectors


def estimated_tokens(text: str) -> int:
    """A quarter of the ASCII characters plus every other character, but at least the number of words.

    English text has about four characters to a token, other scripts between one and three; this errs on the high side.
    """
    ascii_characters = len(text.encode("ascii", "ignore"))
    return max(-(-ascii_characters // 4) + len(text) - ascii_characters, len(text.split()))


def _cut(text: str, max_tokens: int) -> str:
    """The longest beginning of the text of at most `max_tokens`, as servers take it.

    A text of white space alone, which servers refuse, becomes one full stop; NUL becomes a space, half of a surrogate
    pair a question mark.
    """
    text = text[: 4 * max_tokens].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    lengths = range(len(text) + 1)
    fitting = bisect_right(lengths, max_tokens, key=lambda length: estimated_tokens(text[:length])) - 1
    return text[:fitting] if text[:fitting].strip() else "."


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, in requests of a size that servers take."""
    begin = characters = 0
    for i, text in enumerate(texts):
        if i > begin and (i - begin == _BATCH_TEXTS or characters + len(text) > _BATCH_CHARACTERS):
            yield texts[begin:i]
            begin, characters = i, 0
        characters += len(text)
    yield texts[begin:]


def _checked(data: object, count: int, width: int | None) -> FloatMatrix:
    """The vectors of a reply in the order of the texts: [count, width]. Raises `ModelError` for any other reply."""
    items = data if isinstance(data, list) else []
    if len(items) != count:
        raise unusable_reply(_SERVER, f"{len(items)} vectors for {count} texts")
    try:
        by_index = {getattr(item, "index", None): getattr(item, "embedding", None) for item in items}
        with np.errstate(over="ignore"):  # a number too large becomes infinite, which is refused below
            vectors = np.array([by_index[i] for i in range(count)], np.float32)
    except KeyError as error:
        raise unusable_reply(_SERVER, f"no vector is numbered {error}") from error
    except (TypeError, ValueError) as error:
        raise unusable_reply(_SERVER, "its vectors are not lists of numbers of one length") from error
    if vectors.ndim != 2 or not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
        raise unusable_reply(_SERVER, "a vector is empty, all zeros or not finite")
    if width is not None and vectors.shape[1] != width:
        raise unusable_reply(_SERVER, f"its vectors have {vectors.shape[1]} numbers instead of {width}")
    return vectors


def chosen_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name; nothing is loaded or asked yet."""
    if settings.embedder == "openai":
        own_server = bool(settings.embedding_base_url)  # the key of one server is never sent to another
        return OpenAIEmbedder(
            model=settings.embedding_model,
            base_url=(settings.embedding_base_url if own_server else settings.base_url) or None,
            api_key=settings.embedding_api_key or ("" if own_server else settings.api_key) or None,
            timeout_s=settings.timeout,
        )
    return local_embedder(settings)
