"""Which calibration is in use at this place, and what it was judged by."""

from practice import calibrations
from practice.calibrations import Calibration
from practice.store import Store
from scoring.rubric import DIMENSIONS
from ui.style import safe

EYEBROW = '<div class="eyebrow">Adjusted to this clinic?</div>'


def in_use(used: Calibration | None, store: Store) -> str:
    """Returns, as HTML, which calibration is in use and what it was judged by."""
    if used is None:
        return EYEBROW + "<p>No: scores are the machine’s own.</p>" + _last_tried(store)
    names = [about.name for name, about in DIMENSIONS.items() if name in used.maps]
    many = len(names) > 1
    if not calibrations.is_of_present_scorer(store, used):
        return (
            f"{EYEBROW}<p>No: scores are the machine’s own. Version {used.version} was made for an"
            " earlier scorer and adjusts nothing the present one says.</p>"
        )
    return (
        f'{EYEBROW}<p>Yes: <span class="name">{safe(_listed(names))}</span>'
        f" {'are' if many else 'is'} {safe(used.words)}, since {used.made_at:%d %B %Y}. The"
        " machine’s own score stays beside each adjusted one.</p>" + _judged(used)
    )


def _last_tried(store: Store) -> str:
    tried = [one for one in calibrations.every(store) if not one.maps]
    if not tried:
        return ""
    return (
        f"<p>Adjusting them was last tried on {tried[-1].made_at:%d %B %Y}, with"
        f" {tried[-1].n_ratings} ratings, and did not bring them reliably closer to"
        f" supervisors.</p>{_judged(tried[-1])}"
    )


def _judged(made: Calibration) -> str:
    return "<ul>" + "".join(f"<li>{safe(one)}</li>" for one in made.in_words()) + "</ul>"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[:-1] else names)
