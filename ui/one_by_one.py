"""Every behaviour of the rubric, one by one: found, not found, or more than the machine can say."""

from functools import cache

from scoring.feedback import PLAINLY_ABSENT
from scoring.heads import load_heads
from scoring.models import Detected, Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS
from scoring.scorer import ScorerError
from ui.style import safe


@cache
def _thresholds() -> dict[str, float]:
    return {name: head.threshold for name, head in load_heads().labels.items()}


def found_in_words(seen: Detected, threshold: float | None) -> str:
    """Returns whether something was found, not found, or is more than the machine can say.

    Each label has a threshold of its own, so its probability alone says nothing to a reader.

    Args:
        seen: what was made of the reply.
        threshold: from where on the present scorer finds the label; ``None`` if it is not known.
    """
    if seen.present:
        return "found"
    if threshold is not None and seen.probability > PLAINLY_ABSENT * threshold:
        return "perhaps: the machine is unsure"
    return "not found"


def behaviours(score: Score) -> str:
    """Returns the behaviours as HTML, in the order of the dimensions they count in."""
    try:
        thresholds = _thresholds()
    except ScorerError:  # the result is shown all the same; only what is unsure cannot be told
        thresholds = {}
    rows = []
    for dimension, about in DIMENSIONS.items():
        rows.append(f'<p class="name">{safe(about.name)}</p><ul>')
        for name, seen in score.behaviours.items():
            if BEHAVIOURS[name].dimension == dimension:
                rows.append(
                    f"<li>{safe(BEHAVIOURS[name].name)}: "
                    f"{found_in_words(seen, thresholds.get(name))}</li>"
                )
        rows.append("</ul>")
    return "".join(rows)
