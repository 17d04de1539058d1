"""The report's figures: calibration, rated against scored, learning curve (extra [training])."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from scoring.dimensions import DIMENSION_IDS
from scoring.measures import Predicted, calibration_curve
from scoring.rubric import DIMENSIONS

COLOURS = {"rationale": "#a35f00", "collaboration": "#1f6f8b", "obstacles": "#7a4a94"}
INK = "#26323a"
SEED = 7  # of the jitter that keeps equal points apart

mpl.rcParams["svg.hashsalt"] = "between-sessions"  # the same figure is the same file
mpl.rcParams["font.size"] = 9


def draw_all(made: Predicted, ways: Sequence[str], folder: Path) -> None:
    """Writes the figures about held-out replies as they were written."""
    some = made.only(i for i, way in enumerate(ways) if way == "written")
    save(calibration(some), folder / "calibration.svg")
    save(rated_and_scored(some), folder / "rated.svg")


def save(figure: Figure, path: Path) -> None:
    """Writes a figure, without a date, so that the same numbers give the same file."""
    figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})


def calibration(made: Predicted) -> Figure:
    """Returns said probability against seen share, all behaviours and watch-outs together."""
    figure = Figure(figsize=(4.2, 3.6))
    axes = figure.subplots()
    points = calibration_curve(made.likely.ravel(), made.there.ravel())
    axes.plot([0, 1], [0, 1], color="#b9b3a6", linewidth=1)
    said, seen, n = (np.array(column) for column in zip(*points, strict=True))
    axes.plot(said, seen, color="#2b6b66", marker="o", markersize=4)
    for x, y, of in zip(said, seen, n, strict=True):
        axes.annotate(f"{of}", (x, y), (4, -9), textcoords="offset points", fontsize=6, color=INK)
    axes.set_xlabel("probability that the scorer gave")
    axes.set_ylabel("share of replies that had it")
    return figure


def rated_and_scored(made: Predicted) -> Figure:
    """Returns one panel a dimension: each reply's rating (with jitter) against its score."""
    figure = Figure(figsize=(9, 3.1))
    jitter = np.random.default_rng(SEED).uniform(-0.22, 0.22, len(made.replies))
    panels = figure.subplots(1, len(DIMENSION_IDS), sharey=True)
    for d, (name, axes) in enumerate(zip(DIMENSION_IDS, panels, strict=True)):
        axes.plot([0, 4], [0, 4], color="#b9b3a6", linewidth=1)
        axes.scatter(
            made.rated[:, d] + jitter, made.scores[:, d], s=3, alpha=0.35, color=COLOURS[name]
        )
        axes.set_title(DIMENSIONS[name].name)
        axes.set_xlabel("rated")
        axes.set_xticks(range(5))
    panels[0].set_ylabel("scored")
    return figure


def learning(points: Sequence[Mapping[str, Any]]) -> Figure:
    """Returns agreement by how many replies were learned from."""
    figure = Figure(figsize=(4.6, 3.4))
    axes = figure.subplots()
    n = [one["n_learned_from"] for one in points]
    for name in DIMENSION_IDS:
        axes.plot(n, [one[name] for one in points], marker="o", color=COLOURS[name], label=name)
    axes.plot(n, [one["mean_f1"] for one in points], marker="s", color=INK, label="mean F1")
    axes.set_xlabel("replies learned from")
    axes.set_ylabel("weighted kappa, or F1")
    axes.set_ylim(0, 1)
    axes.legend(frameon=False, fontsize=8)
    return figure
