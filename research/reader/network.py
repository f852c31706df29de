"""The reader as a torch module: MiniLM's encoder over two segments, with a small head of four outputs.

    [CLS] statement or question [SEP] sentences with their context [SEP]

The head sees the last vector of [CLS] and the mean of the left side's: supported, refuted, not enough; answers.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
OUTPUTS = 4  # supported, refuted, not enough, answers
_EPSILON = 1e-12  # layer_norm_eps of the model's config.json
_IN_LAYER = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm2": "output.LayerNorm",
}
_ELSEWHERE = {
    "words": "embeddings.word_embeddings",
    "places": "embeddings.position_embeddings",
    "segments": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
    "dense": "head.dense",
    "last": "head.last",
}


class Layer(nn.Module):
    """One encoder layer, layer norm after each half."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.wide = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=_EPSILON)

    def forward(self, hidden: Tensor, mask: Tensor, dropout: float) -> Tensor:
        """[texts, length, 384] -> the same; `mask` is added to the attention's scores."""
        texts, length, _ = hidden.shape
        parts = self.qkv(hidden).view(texts, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=mask)
        context = self.out(context.transpose(1, 2).reshape(texts, length, WIDTH))
        hidden = self.norm1(hidden + functional.dropout(context, dropout, self.training))
        inner = self.narrow(functional.gelu(self.wide(hidden)))
        return self.norm2(hidden + functional.dropout(inner, dropout, self.training))


class Network(nn.Module):
    """The whole reader."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.dense = nn.Linear(2 * WIDTH, WIDTH)
        self.last = nn.Linear(WIDTH, OUTPUTS)
        self.dropout = dropout

    def forward(self, pieces: Tensor, segments: Tensor, lengths: Tensor) -> Tensor:
        """Word pieces [texts, length] padded with 0, segments 0 / 1, lengths [texts] -> [texts, 4] logits."""
        places = torch.arange(pieces.shape[1])
        there = places[None] < lengths[:, None]
        hidden = self.words(pieces) + self.places(places)[None] + self.segments(segments)
        hidden = functional.dropout(self.norm(hidden), self.dropout, self.training)
        mask = torch.zeros(there.shape).masked_fill(~there, -1e9)[:, None, None]
        for layer in self.layers:
            hidden = layer(hidden, mask, self.dropout)
        left = (segments == 0) & there
        left[:, 0] = False
        mean = (hidden * left[..., None]).sum(1) / left.sum(1, keepdim=True)
        joined = torch.tanh(self.dense(torch.cat([hidden[:, 0], mean], 1)))
        return self.last(functional.dropout(joined, self.dropout, self.training))

    def freeze(self, layers: int) -> None:
        """Train the head and the upper layers only: word, place and segment vectors and the lowest `layers` stay."""
        for frozen in (self.words, self.places, self.segments, self.norm, *self.layers[:layers]):
            frozen.requires_grad_(False)


def from_minilm(weights: Path) -> Network:
    """Return a network with all-MiniLM-L6-v2's weights and a new head."""
    stored = load_file(weights)
    network = Network()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            names = checkpoint_names(name)
            if names[0] in stored:
                value.copy_(torch.cat([stored[n] for n in names]))
        for dense in (network.dense, network.last):
            nn.init.normal_(dense.weight, std=1 / math.sqrt(dense.in_features))
            nn.init.zeros_(dense.bias)
    return network


def checkpoint_names(name: str) -> list[str]:
    """Return what a weight of the network is called in MiniLM's checkpoint; three names for query, key and value."""
    part, _, kind = name.rpartition(".")
    if part.startswith("layers."):
        _, number, field = part.split(".")
        layer = f"encoder.layer.{number}."
        if field == "qkv":
            return [f"{layer}attention.self.{side}.{kind}" for side in ("query", "key", "value")]
        return [f"{layer}{_IN_LAYER[field]}.{kind}"]
    return [f"{_ELSEWHERE[part]}.{kind}"]
