"""How many tokens a text costs: the border to tiktoken.

tiktoken downloads its vocabularies when first used, which can hang for minutes without a network. So one of them is
used only when its file already lies, whole, in tiktoken's own cache folder and the model is known to use it. Otherwise
the small vocabulary that the program ships counts (made by `research/fitting/fallback_vocabulary.py`).

The shipped vocabulary needs more tokens than a large one. On 8,000 passages of 180 words from 1,500 news articles it
needed 1.42 times as many as cl100k_base in the mean, 1.43 as o200k_base, 1.34 as p50k_base; on 3,000 of them 1.41 as
DeepSeek's, 1.34 as that of an older Claude, 1.40 as MiniLM's 30,000 word pieces; and on no passage less than 1.10 times
as many. `SAFETY` gives back half of that smallest distance: no passage was under-counted for any of the six, and the
estimate is 1.35 times cl100k_base in the mean (1.45 on framed evidence, where numbers and signs weigh more).
"""

from __future__ import annotations

import base64
import hashlib
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tiktoken
from tiktoken.model import encoding_name_for_model

from assistant.llm.chat import Message
from assistant.records import Usage

SAFETY = 0.95  # estimated tokens per token of the shipped vocabulary; see above
SHIPPED = Path(__file__).with_name("fallback.tiktoken")

# Pieces that are never joined: an English ending after an apostrophe, a word with the space before it, up to three
# digits, a run of signs, white space.
_PIECES = r"'(?:s|t|d|m|ll|re|ve)\b| ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+"

_PIECE_LENGTH = 20_000  # characters counted at once: some large vocabularies take quadratic time on one endless word
_MESSAGE_TOKENS = 4  # what the chat format adds to each message: its role and its two delimiters
_REPLY_TOKENS = 3  # what opens the reply


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """A vocabulary of tiktoken as it lies in tiktoken's cache."""

    file: str  # name in the cache folder: SHA-1 of the address it came from
    sha256: str


_LARGE = {
    "cl100k_base": _Vocabulary(
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4", "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
    ),
    "o200k_base": _Vocabulary(
        "fb374d419588a4632f3f557e76b4b70aebbca790", "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
    ),
}


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts the tokens of a text; an estimate errs on the high side."""

    name: str  # of the vocabulary
    notice: str  # one line for the user: which vocabulary counts, and how exactly
    pieces: Callable[[str], Sequence[int]]  # text -> token ids; never raises
    safety: float = 1.0  # the count is multiplied by it

    def count(self, text: str) -> int:
        """Tokens of `text`, 0 or more. Marks such as `<|endoftext|>` count as the plain text they are here."""
        tokens = sum(len(self.pieces(text[at : at + _PIECE_LENGTH])) for at in range(0, len(text), _PIECE_LENGTH))
        return math.ceil(tokens * self.safety)

    def count_messages(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole prompt, with what the chat format adds."""
        return sum(self.count(message.content) + _MESSAGE_TOKENS for message in messages) + _REPLY_TOKENS


def token_counter(model: str, environment: Mapping[str, str]) -> TokenCounter:
    """The counter for the model called `model`: its own vocabulary when it is on this machine, else the shipped one.

    `environment` is that of the process: tiktoken finds its cache by its variables. Nothing is downloaded.
    """
    name = _encoding_name(model)
    if name is None or not _is_cached(_LARGE[name], _cache_folder(environment)):
        return _shipped_counter(model)
    encoding = tiktoken.get_encoding(name)
    return TokenCounter(name, f"Prompt tokens are counted with {name}.", encoding.encode_ordinary)


def cut_notice(messages: Sequence[Message], usage: Usage | None) -> str:
    """A warning when the server read fewer tokens than the prompt has words, else "".

    Some local servers cut a prompt that is longer than their context without saying so. No vocabulary needs less than
    one token for a word, and English needs some 1.3, so a cut of more than about a quarter shows.
    """
    words = sum(len(message.content.split()) for message in messages)
    if usage is None or usage.prompt_tokens <= 0 or usage.prompt_tokens >= words:
        return ""
    return (
        f"The server read only {usage.prompt_tokens} tokens of a prompt of {words} words: it seems to have cut it. "
        "Raise the server's context length, or lower prompt_tokens."
    )


def _shipped_counter(model: str) -> TokenCounter:
    whose = f"the vocabulary of {model}" if model else "the model's own vocabulary"
    notice = f"Prompt tokens are estimated, on the high side, with a small vocabulary: {whose} is not on this machine."
    return TokenCounter("shipped", notice, _shipped_encoding().encode_ordinary, SAFETY)


def _shipped_encoding() -> tiktoken.Encoding:
    # Read here and not by `tiktoken.load`, which keeps a copy under the file's path and would go on using it after an
    # update of the file.
    pairs = (line.split() for line in SHIPPED.read_bytes().splitlines())
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return tiktoken.Encoding("shipped", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={})


def _encoding_name(model: str) -> str | None:
    """The name that tiktoken has for the vocabulary of `model`, when it is one of the large ones known here."""
    try:
        name = encoding_name_for_model(model.rpartition("/")[2])  # some servers write "openai/gpt-4o"
    except KeyError:
        return None
    return name if name in _LARGE else None


def _cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where tiktoken looks for vocabularies (its `load.read_file_cached`); None when they are not kept."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in environment:
            return Path(environment[variable]) if environment[variable] else None
    return Path(tempfile.gettempdir()) / "data-gym-cache"


def _is_cached(vocabulary: _Vocabulary, folder: Path | None) -> bool:
    """Whether the whole file is there; tiktoken would download it again if its hash were wrong."""
    if folder is None:
        return False
    try:
        content = (folder / vocabulary.file).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == vocabulary.sha256
