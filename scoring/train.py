"""Corpus → artefact in one command: ``python -m scoring.train`` (extra [training]; takes hours).

1. For every fold, by author and by scenario family, an encoder is fine-tuned on the rest and reads
   the replies held out, punctuated and not. These readings are kept in the work folder.
2. On the readings of replies it had not seen, scikit-learn fits what turns them into calibrated
   probabilities, thresholds, scores and ranges.
3. An encoder is fine-tuned on everything and written as 8-bit ONNX.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scenarios.load import load_library
from scenarios.models import Scenario
from scoring import fit_phrases
from scoring.encode import LABELS, encode, without_punctuation
from scoring.fit import fit_heads
from scoring.fit_guards import fit_guards
from scoring.heads import HEADS
from scoring.labelled import CORPUS_DIR, Fold, LabelledReply, Way, folds, load_corpus
from scoring.phrases import PHRASES, TOPIC, Phrases
from scoring.segment import segment

N_FOLDS = 3  # of each kind; each fine-tuning takes about a quarter of an hour on one core
CURVE_PERCENT = (25, 50)  # of the replies to learn from; the whole is the first fold itself
CURVE_SEED = 20261124
KINDS: tuple[Literal["author", "family"], ...] = ("author", "family")
WORK = Path("artefacts/training")


@dataclass(frozen=True)
class Reading:
    """What an encoder that had not seen a reply read in it.

    Attributes:
        reply: the reply's id.
        fold: which fold it was held out in.
        way: as written, stripped of punctuation, or as Whisper heard it spoken.
        segments: the encoder's probabilities, shape [n_segments, n_labels].
        ratings: the encoder's three estimates.
        phrases: the phrases' log-odds in their strongest segment, shape [n_labels].
    """

    reply: str
    fold: str
    way: Way
    segments: NDArray[np.float64]
    ratings: NDArray[np.float64]
    phrases: NDArray[np.float64]


def all_folds(replies: Sequence[LabelledReply], library: Mapping[str, Scenario]) -> list[Fold]:
    """Returns the folds by author and the folds by scenario family."""
    return [fold for kind in KINDS for fold in folds(replies, library, kind, N_FOLDS)]


def curve_folds(replies: Sequence[LabelledReply], library: Mapping[str, Scenario]) -> list[Fold]:
    """Returns the first fold by author, with only a share of its training side to learn from."""
    whole = all_folds(replies, library)[0]
    order = np.random.default_rng(CURVE_SEED).permutation(len(whole.train))
    return [
        Fold(
            f"curve-{share}",
            tuple(whole.train[i] for i in sorted(order[: round(len(order) * share / 100)])),
            whole.test,
        )
        for share in CURVE_PERCENT
    ]


def corpus_sha256(folder: Path = CORPUS_DIR) -> str:
    """Returns one digest of every corpus file, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ways(reply: LabelledReply) -> dict[Way, str]:
    """Returns a reply's words in each of the ways in which they may reach the scorer."""
    found: dict[Way, str] = {"written": reply.text, "stripped": without_punctuation(reply.text)}
    if reply.heard:
        found["heard"] = " ".join(one.text for one in reply.heard)
    return found


def read_fold(fold: Fold, work: Path) -> Path:
    """Fine-tunes on a fold's training side and writes what it reads in the other; returns where."""
    path = work / f"{fold.name}.jsonl"
    if path.exists():
        return path
    import torch

    from scoring import finetune

    torch.set_num_threads(1)
    # The encoder learns from first readers' labels; what is fitted on it and what it is measured
    # against are the settled ones (docs/decisions/0003).
    replies, library = load_corpus(settled=False), load_library()
    network = finetune.fit(
        [replies[i] for i in fold.train],
        lambda one: library[one.scenario],
        finetune.Settings(),
        lambda line: print(f"{fold.name}: {line}", flush=True),
    )
    lines = []
    for reply in (replies[i] for i in fold.test):
        for way, text in ways(reply).items():
            encoded = encode(library[reply.scenario], [one.text for one in segment(text)])
            segments, ratings = next(finetune.read(network, [encoded]))
            read = {
                "reply": reply.id,
                "fold": fold.name,
                "way": way,
                "segments": np.round(segments.astype(float), 5).tolist(),
                "ratings": np.round(ratings.astype(float), 4).tolist(),
            }
            lines.append(json.dumps(read))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def learn_phrases(replies: Sequence[LabelledReply]) -> Phrases:
    """Returns the phrases learned from replies' segments."""
    segments = [one for reply in replies for one in reply.segments]
    there = np.array([[label in one.labels for label in LABELS] for one in segments])
    return fit_phrases.fit([one.text for one in segments], there)


def read_phrases(fold: Fold, work: Path) -> Path:
    """Fits phrases on a fold's training side and writes what they read in the other."""
    path = work / f"{fold.name}.phrases.jsonl"
    if not path.exists():
        replies = load_corpus()
        fitted = learn_phrases([replies[i] for i in fold.train])
        lines = []
        for reply in (replies[i] for i in fold.test):
            for way, text in ways(reply).items():
                odds = fitted.read([one.text for one in segment(text)]).max(0)
                read = {"reply": reply.id, "way": way, "phrases": np.round(odds, 4).tolist()}
                lines.append(json.dumps(read))
        path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def read_all(wanted: Iterable[Fold], work: Path) -> list[Reading]:
    """Returns the readings of folds; those that the work folder does not have are made."""
    found = []
    for fold in wanted:
        by_phrases = {
            (one["reply"], one["way"]): np.array(one["phrases"])
            for one in map(json.loads, read_phrases(fold, work).read_text("utf-8").splitlines())
        }
        for line in read_fold(fold, work).read_text("utf-8").splitlines():
            one = json.loads(line)
            found.append(
                Reading(
                    one["reply"],
                    one["fold"],
                    one["way"],
                    np.array(one["segments"]).reshape(-1, len(LABELS)),
                    np.array(one["ratings"]),
                    by_phrases[one["reply"], one["way"]],
                )
            )
    return found


def make_encoder(work: Path, path: Path, say: Callable[[str], None] = print) -> str:
    """Fine-tunes on the whole corpus and writes the encoder; returns its sha256."""
    import torch

    from scoring import finetune

    kept = work / "all.pt"
    if kept.exists():
        network = finetune.Network(0.0)
        network.load_state_dict(torch.load(kept, weights_only=True))
        network.eval()
    else:
        library = load_library()
        network = finetune.fit(
            load_corpus(settled=False),
            lambda one: library[one.scenario],
            finetune.Settings(),
            say,
        )
        torch.save(network.state_dict(), kept)
    finetune.export(network, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Runs the whole training."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=WORK, help="where readings are kept")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    replies, library = load_corpus(), load_library()
    pending = all_folds(replies, library)
    wanted = [*pending, *curve_folds(replies, library)]
    # A new process for each fold: in an old one, thousands of allocations of changing size slow
    # glibc's malloc so much that the second fold took twice as long (LD_PRELOAD=libjemalloc helps).
    spawn = get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=spawn, max_tasks_per_child=1) as pool:
        list(pool.map(read_fold, wanted, [given.work] * len(wanted)))
    learn_phrases(replies).save(PHRASES)
    by_family = [fold for fold in pending if fold.name.startswith("family")]
    learned = fit_guards(replies, by_family)
    learned.topic.save(TOPIC)
    sha256 = {
        "encoder": make_encoder(given.work, HEADS.parent / "encoder.onnx"),
        "phrases": hashlib.sha256(PHRASES.read_bytes()).hexdigest(),
        "topic": hashlib.sha256(TOPIC.read_bytes()).hexdigest(),
        "corpus": corpus_sha256(),
    }
    heads = fit_heads(replies, library, read_all(pending, given.work), sha256, learned)
    HEADS.write_text(heads.model_dump_json(indent=1) + "\n", "utf-8")
    print(f"Wrote {HEADS} and its encoder ({sha256['encoder'][:12]}…) from {len(replies)} replies.")


if __name__ == "__main__":
    main()
