"""The reply with its evidence marked: which words showed what, and when they were said."""

from collections.abc import Callable

from scoring.models import Score
from scoring.rubric import BEHAVIOURS, WATCH_OUTS
from ui.style import safe

Tag = tuple[str, str]  # (dimension or "watch", name shown)
Times = Callable[[int, int], tuple[float, float] | None]


def clock(seconds: float) -> str:
    """Returns a time within a recording as m:ss."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def tags(score: Score) -> dict[tuple[int, int], list[Tag]]:
    """Returns what each stretch of evidence shows, by its character offsets."""
    found: dict[tuple[int, int], list[Tag]] = {}
    for behaviour, seen in score.behaviours.items():
        for words in seen.evidence if seen.present else ():
            about = BEHAVIOURS[behaviour]
            found.setdefault((words.start, words.end), []).append((about.dimension, about.name))
    for watch_out, seen in score.watch_outs.items():
        for words in seen.evidence if seen.present else ():
            found.setdefault((words.start, words.end), []).append(
                ("watch", WATCH_OUTS[watch_out].name)
            )
    return found


def marked(text: str, score: Score, times: Times = lambda *_: None) -> str:
    """Returns the reply as HTML, each stretch of evidence marked and named.

    Args:
        text: the reply.
        score: its score, whose evidence offsets are in ``text``.
        times: says when ``text[start:end]`` was said, in seconds, or ``None``.
    """
    parts, at = [], 0
    for (start, end), shown in sorted(tags(score).items()):
        if start < at:  # overlaps what is already marked: keep the names, not the words twice
            parts.append(_labels(shown))
            continue
        parts.append(safe(text[at:start]))
        when = times(start, end)
        said_at = f' title="said at {clock(when[0])}"' if when else ""
        time = f' <span class="muted">{clock(when[0])}</span>' if when else ""
        parts.append(f'<mark class="{shown[0][0]}"{said_at}>{safe(text[start:end])}</mark>')
        parts.append(_labels(shown) + time + " ")
        at = end
    parts.append(safe(text[at:]))
    return "".join(parts)


def _labels(shown: list[Tag]) -> str:
    return "".join(f' <span class="tag {kind}">{safe(name)}</span>' for kind, name in shown)
