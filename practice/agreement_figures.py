"""How far the machine agrees with supervisors here, and supervisors with each other.

For each dimension, behaviour and watch-out: over everything, by vignette and by month. The figures
are of a place and name nobody; a group is shown from `LEAST_REPLIES` replies of at least
`LEAST_TRAINEES` trainees on, so that none is of one person alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from practice import access, blind_ratings, calibrations
from practice.access import AccessError
from practice.accounts import Person
from practice.blind_ratings import Rated
from practice.store import Store
from scenarios.models import DimensionId
from scoring.models import Score
from scoring.resampled import Agreed, among, pairs
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from scoring.site_map import SiteMap

LEAST_REPLIES = 5
LEAST_TRAINEES = 2
N_LEVELS = 5
TRAITS: tuple[str, ...] = (*DIMENSIONS, *BEHAVIOURS, *WATCH_OUTS)
By = Literal["vignette", "month"]
Between = Literal["machine", "supervisors"]
BETWEEN: tuple[Between, ...] = get_args(Between)
# Why there is no figure: too few replies, one trainee's only, or nobody's ratings ever differed.
Reason = Literal["too_few", "one_trainee", "no_variance"]


@dataclass(frozen=True)
class Figure:
    """Agreement on one trait: the coefficients, or why they are not shown.

    ``n_replies`` and ``n_ratings`` count what it is, or would be, made from: for supervisors with
    each other, replies that two of them rated.
    """

    trait: str
    between: Between
    n_replies: int
    n_ratings: int
    agreed: Agreed | None
    reason: Reason | None


@dataclass(frozen=True)
class Group:
    """The figures of one vignette, by its id, or of one month, as ``2026-11``."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Overall:
    """Every figure over all blind ratings, with how many there are.

    ``adjusted`` has the dimensions that the active calibration adjusts, on replies that were rated
    after it was made; it was fitted on the others, which would flatter it.
    """

    n_replies: int
    n_ratings: int
    n_supervisors: int
    figures: tuple[Figure, ...]
    adjusted: tuple[Figure, ...]

    def of(self, trait: str, between: Between) -> Figure:
        """Returns one of the figures."""
        return next(one for one in self.figures if (one.trait, one.between) == (trait, between))


def overall(store: Store, actor: Person) -> Overall:
    """Returns the figures over everything, for supervisors and instructors.

    Raises:
        AccessError: the actor is neither.
    """
    _check(store, actor)
    return _overall(store, blind_ratings.revision(store))


def split(store: Store, actor: Person, trait: str, by: By) -> list[Group]:
    """Returns the figures of one trait by vignette (most rated first) or by month (in order).

    Raises:
        AccessError: the actor is neither supervisor nor instructor.
    """
    _check(store, actor)
    return list(_split(store, blind_ratings.revision(store), trait, by))


def of_machine(store: Store, trait: str) -> Figure:
    """Returns the machine's agreement with supervisors on one trait, for the words beside scores.

    Anybody who may see a score may see it: it names nobody.
    """
    return _of_machine(store, blind_ratings.revision(store), trait)


def _check(store: Store, actor: Person) -> None:
    if not actor.roles & {"supervisor", "instructor"} or access.is_blocked(store, actor):
        raise AccessError(access.NOT_YOURS)


# The revision is the key of each cache: what is kept is found again until a rating is added.


@lru_cache(maxsize=4)
def _overall(store: Store, revision: tuple[object, ...]) -> Overall:  # noqa: ARG001
    rated = blind_ratings.gather(store)
    active = calibrations.active(store)
    adjusted: list[Figure] = []
    if active is not None:
        since = [
            one
            for one in rated
            if one.rated_at > active.made_at
            and one.score is not None
            and one.score.model_version == active.model_version
        ]
        adjusted = [machine(since, name, map_) for name, map_ in active.maps.items()]
    return Overall(
        n_replies=len({one.attempt for one in rated}),
        n_ratings=len(rated),
        n_supervisors=len({one.rater for one in rated if one.rater}),
        figures=tuple(both(rated, TRAITS)),
        adjusted=tuple(adjusted),
    )


@lru_cache(maxsize=64)
def _split(
    store: Store,
    revision: tuple[object, ...],  # noqa: ARG001
    trait: str,
    by: By,
) -> tuple[Group, ...]:
    rated = blind_ratings.gather(store)
    if by == "vignette":
        groups = grouped(rated, lambda one: one.scenario)
        order = sorted(groups, key=lambda name: (-len(groups[name]), name))
    else:
        first: dict[str, str] = {}
        for one in rated:  # a reply belongs to the month in which it was first rated
            first.setdefault(one.attempt, f"{one.rated_at:%Y-%m}")
        groups = grouped(rated, lambda one: first[one.attempt])
        order = sorted(groups)
    return tuple(Group(name, tuple(both(groups[name], [trait]))) for name in order)


@lru_cache(maxsize=64)
def _of_machine(store: Store, revision: tuple[object, ...], trait: str) -> Figure:  # noqa: ARG001
    return machine(blind_ratings.gather(store), trait)


def grouped(rated: Iterable[Rated], key: Callable[[Rated], str]) -> dict[str, list[Rated]]:
    """Returns the ratings by a key of theirs."""
    found: dict[str, list[Rated]] = {}
    for one in rated:
        found.setdefault(key(one), []).append(one)
    return found


def both(rated: Sequence[Rated], traits: Iterable[str]) -> list[Figure]:
    """Returns, for each trait, the machine's agreement and the supervisors' among themselves."""
    return [
        figure for trait in traits for figure in (machine(rated, trait), supervisors(rated, trait))
    ]


def machine(rated: Sequence[Rated], trait: str, adjusted_by: SiteMap | None = None) -> Figure:
    """Returns how far the machine's score agrees with the blind ratings on one trait.

    Kappa and alpha go by the score rounded to a whole level, ICC by the score itself.
    """
    found = [(one, value) for one in rated if (value := _scored(one.score, trait)) is not None]
    exact = [value if adjusted_by is None else adjusted_by.of(value) for _, value in found]
    agreed = pairs(
        [float(int(value + 0.5)) for value in exact],
        [_given(one, trait) for one, _ in found],
        [one.attempt for one, _ in found],
        *_scale(trait),
        exact_first=exact,
    )
    return _figure(trait, "machine", [one for one, _ in found], agreed)


def supervisors(rated: Sequence[Rated], trait: str) -> Figure:
    """Returns how far supervisors who rated the same reply agree with each other on one trait."""
    by_reply = grouped(rated, lambda one: one.attempt).values()
    twice = [sorted(some, key=_place) for some in by_reply if len(some) > 1]
    agreed = among([[_given(one, trait) for one in some] for some in twice], *_scale(trait))
    return _figure(trait, "supervisors", [one for some in twice for one in some], agreed)


def _place(one: Rated) -> tuple[bool, str]:
    return one.rater is None, one.rater or ""  # the same two people in the same order everywhere


def _figure(trait: str, between: Between, made_from: Sequence[Rated], agreed: Agreed) -> Figure:
    reason: Reason | None = None
    if agreed.n_replies < LEAST_REPLIES:
        reason = "too_few"
    elif len({one.trainee for one in made_from}) < LEAST_TRAINEES:
        reason = "one_trainee"
    elif agreed.kappa.value is None:
        reason = "no_variance"
    return Figure(
        trait=trait,
        between=between,
        n_replies=agreed.n_replies,
        n_ratings=len(made_from),
        agreed=None if reason else agreed,
        reason=reason,
    )


def _scale(trait: str) -> tuple[int, Literal["nominal", "ordinal"]]:
    return (N_LEVELS, "ordinal") if trait in DIMENSIONS else (2, "nominal")


def _scored(score: Score | None, trait: str) -> float | None:
    if score is None or score.status != "scored":
        return None
    if trait in DIMENSIONS:
        return score.dimensions[_dimension(trait)].score
    for name, detected in (*score.behaviours.items(), *score.watch_outs.items()):
        if name == trait:
            return float(detected.present)
    return None


def _dimension(trait: str) -> DimensionId:
    return next(name for name in DIMENSIONS if name == trait)


def _given(one: Rated, trait: str) -> float:
    if trait in DIMENSIONS:
        return float(one.rating.dimensions[_dimension(trait)])
    return float(trait in one.rating.behaviours or trait in one.rating.watch_outs)
