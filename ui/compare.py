"""The earlier attempt beside the new one: what changed, behaviour by behaviour."""

from collections.abc import Set as AbstractSet

from practice import attempts, outcomes
from practice.attempts import Attempt
from practice.store import Store
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, DIMENSIONS
from ui.result import in_words
from ui.style import block, card, safe


def show(store: Store, attempt: Attempt) -> None:
    """Shows the attempt beside the one it tried to better, if both were scored."""
    earlier = attempts.find(store, attempt.retry_of or "")
    if earlier is None or earlier.person != attempt.person:
        return
    before, after = outcomes.comparable(store, earlier, attempt)
    block(
        '<div class="pair">'
        + _column("Before", outcomes.reply_text(store, earlier), before)
        + _column("This time", outcomes.reply_text(store, attempt), after)
        + "</div>"
    )
    if before is not None and after is not None and "unscored" not in (before.status, after.status):
        block(card(changes(before, after)))


def _column(title: str, text: str | None, score: Score | None) -> str:
    if score is None or score.status == "unscored":
        scores = '<p class="muted">Not scored.</p>'
    else:
        scores = "".join(
            f'<p><span class="name">{safe(about.name)}</span>:'
            f" {in_words(score.dimensions[name])}</p>"
            for name, about in DIMENSIONS.items()
        )
    return card(
        f'<div class="eyebrow">{title}</div>{scores}<p class="muted">“{safe(text or "…")}”</p>'
    )


def changes(before: Score, after: Score) -> str:
    """Returns, as HTML, which behaviours came, stayed and went."""
    had = {name for name, seen in before.behaviours.items() if seen.present}
    has = {name for name, seen in after.behaviours.items() if seen.present}
    said = {
        "New this time": has - had,
        "Still there": has & had,
        "Not this time": had - has,
    }
    return "".join(
        f'<p><span class="name">{title}:</span> {_names(names)}</p>'
        for title, names in said.items()
    )


def _names(names: AbstractSet[str]) -> str:
    listed = [safe(about.name.lower()) for name, about in BEHAVIOURS.items() if name in names]
    return ", ".join(listed) if listed else "nothing"
