"""Item statistics for instructors: which vignettes are hard, and which behaviours are missed.

An instructor never sees anybody's score (`access.TABLE`). What is told here is told of at least
five people together (`practice.released`), of those who agree to it (`practice.item_tries`), and
each of them counts once a vignette, however often they practised.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from math import sqrt
from statistics import fmean, stdev

from pydantic import AwareDatetime, BaseModel, ConfigDict

from practice import access, item_tries
from practice.accounts import Person
from practice.estimates import Share, share_of, t_90
from practice.item_tries import Tried
from practice.released import Figure, Releases
from practice.selfview import Reaction
from practice.store import Store
from scenarios.models import BehaviourId, DimensionId, Scenario

DIMENSIONS: tuple[DimensionId, ...] = ("rationale", "collaboration", "obstacles")
Shares = dict[BehaviourId, Share]


class Frozen(BaseModel):
    """A figure as it is kept and shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Average(Frozen):
    """A mean over people, with how far they lie apart."""

    mean: float
    sd: float
    n: int

    def within(self, least: float = 0.0, most: float = 4.0) -> tuple[float, float]:
        """Returns the range the mean may lie in (90 %, Student's t)."""
        half = t_90(self.n - 1) * self.sd / sqrt(self.n)
        return max(least, self.mean - half), min(most, self.mean + half)


class FirstTries(Frozen):
    """The first scored try of each person: the machine's estimates, and what it found."""

    overall: Average
    dimensions: dict[DimensionId, Average]
    expected: Shares  # what the moment asked for, the rarest first
    made_at: AwareDatetime


class Rated(Frozen):
    """What supervisors rated before they saw any other rating: one reply of each person."""

    dimensions: dict[DimensionId, Average]


class Reacted(Frozen):
    """How hard people found it, by each one's latest word."""

    said: dict[Reaction, int]


class Unscored(Frozen):
    """How many of all the tries could not be scored, and why."""

    n_people: int
    share: Share
    reasons: dict[str, int]


class Changed(Frozen):
    """How far each person's second scored try lay above the first."""

    overall: Average


class Item(Frozen):
    """One vignette; a part is ``None`` where fewer than five people stand behind it."""

    scenario: str
    title: str
    client: str
    family: str
    first: FirstTries | None
    rated: Rated | None
    reacted: Reacted | None
    unscored: Unscored | None
    changed: Changed | None

    @property
    def rarest(self) -> tuple[BehaviourId, Share] | None:
        """What the moment asked for and was there least often."""
        return next(iter(self.first.expected.items()), None) if self.first else None


class Family(Frozen):
    """Parallel forms together, worked out from what is shown of each, so it tells no more."""

    family: str
    clients: tuple[str, ...]
    overall: Average  # over first tries: who met two of the clients counts twice
    expected: Shares

    @property
    def rarest(self) -> tuple[BehaviourId, Share] | None:
        """What the moments asked for and was there least often."""
        return next(iter(self.expected.items()), None)


def of_instructor(store: Store, actor: Person, at: datetime) -> list[Item]:
    """Returns the vignettes that the trainees of the actor's cohorts have tried, hardest first.

    Those of which there is too little to say come last.

    Raises:
        AccessError: the actor is no instructor.
    """
    access.check(store, actor, "manage_people", "everyone", at)
    by_scenario: dict[str, list[Tried]] = {}
    counted = item_tries.of_cohorts(store, actor.id)
    for person in sorted({one.person for one in counted}):
        access.check(store, actor, "count_in_figures", person, at)
    for one in counted:
        by_scenario.setdefault(one.scenario.id, []).append(one)
    releases = Releases(store, actor.id)
    found = [_item(releases, some, at) for some in by_scenario.values()]
    return sorted(found, key=lambda one: (one.first.overall.mean if one.first else 5.0, one.title))


def most_missed(items: Iterable[Item]) -> list[Item]:
    """Returns them with those first whose rarest expected behaviour was there least often."""
    return sorted(items, key=lambda one: (one.rarest[1].share if one.rarest else 2.0, one.title))


def families(items: Iterable[Item]) -> list[Family]:
    """Returns the families of which two vignettes or more can be told, hardest first."""
    by_family: dict[str, list[tuple[str, FirstTries]]] = {}
    for one in items:
        if one.first is not None:
            by_family.setdefault(one.family, []).append((one.client, one.first))
    found = []
    for name, some in by_family.items():
        if len(some) < 2:
            continue
        sums: dict[BehaviourId, list[int]] = {}
        for _, first in some:
            for behaviour, share in first.expected.items():
                so_far = sums.setdefault(behaviour, [0, 0])
                so_far[0] += share.n
                so_far[1] += share.of
        found.append(
            Family(
                family=name,
                clients=tuple(client for client, _ in some),
                overall=_together([first.overall for _, first in some]),
                expected=_rarest_first({key: share_of(n, of) for key, (n, of) in sums.items()}),
            )
        )
    return sorted(found, key=lambda one: (one.overall.mean, one.family))


def _together(parts: Sequence[Average]) -> Average:
    """The average of all that several were made from."""
    n = sum(one.n for one in parts)
    mean = sum(one.n * one.mean for one in parts) / n
    squares = sum((one.n - 1) * one.sd**2 + one.n * (one.mean - mean) ** 2 for one in parts)
    return Average(mean=mean, sd=sqrt(squares / (n - 1)), n=n)


def _item(releases: Releases, tried: Sequence[Tried], at: datetime) -> Item:
    newest = tried[-1].scenario
    people: dict[str, list[Tried]] = {}
    for one in tried:
        people.setdefault(one.person, []).append(one)
    scored = {name: [x for x in some if x.overall is not None] for name, some in people.items()}
    firsts = {name: some[:1] for name, some in scored.items() if some}
    pairs = {name: some[:2] for name, some in scored.items() if len(some) > 1}
    reacted = _those(people, lambda one: one.reaction is not None, last=True)
    rated = _those(people, lambda one: bool(one.rated))

    def figure(
        kind: type[Figure], of: Mapping[str, Sequence[Tried]], make: Callable[[], Figure]
    ) -> Figure | None:
        signed = {name: [one.signature for one in some] for name, some in of.items()}
        return releases.figure(f"{newest.id}/{kind.__name__}", signed, kind, make, at)

    return Item(
        scenario=newest.id,
        title=newest.title,
        client=newest.client.name,
        family=newest.family,
        first=figure(FirstTries, firsts, partial(_first, firsts, newest, at)),
        rated=figure(Rated, rated, partial(_rated, rated)),
        reacted=figure(Reacted, reacted, partial(_reacted, reacted)),
        unscored=figure(Unscored, people, partial(_unscored, people)),
        changed=figure(Changed, pairs, partial(_changed, pairs)),
    )


def _those(
    people: Mapping[str, Sequence[Tried]], fits: Callable[[Tried], bool], *, last: bool = False
) -> dict[str, list[Tried]]:
    """One try of each person that has one that fits, the first of them or the last."""
    found = {name: [one for one in some if fits(one)] for name, some in people.items()}
    return {name: some[-1:] if last else some[:1] for name, some in found.items() if some}


def _average(values: Sequence[float]) -> Average:
    return Average(mean=fmean(values), sd=stdev(values), n=len(values))


def _rarest_first(shares: Shares) -> Shares:
    return dict(sorted(shares.items(), key=lambda pair: (pair[1].share, pair[0])))


def _first(firsts: Mapping[str, Sequence[Tried]], newest: Scenario, at: datetime) -> FirstTries:
    tries = [some[0] for some in firsts.values()]
    return FirstTries(
        overall=_average([one.overall or 0.0 for one in tries]),
        dimensions={
            name: _average([one.dimensions.get(name, 0.0) for one in tries]) for name in DIMENSIONS
        },
        expected=_rarest_first(
            {
                name: share_of(sum(name in one.shown for one in tries), len(tries))
                for name in newest.expects
            }
        ),
        made_at=at,
    )


def _rated(rated: Mapping[str, Sequence[Tried]]) -> Rated:
    tries = [some[0] for some in rated.values()]
    return Rated(
        dimensions={
            name: _average([fmean(rating[name] for rating in one.rated) for one in tries])
            for name in DIMENSIONS
        }
    )


def _reacted(reacted: Mapping[str, Sequence[Tried]]) -> Reacted:
    said = Counter(one.reaction for some in reacted.values() for one in some if one.reaction)
    return Reacted(said=dict(said))


def _unscored(people: Mapping[str, Sequence[Tried]]) -> Unscored:
    tries = [one for some in people.values() for one in some]
    not_scored = [one for one in tries if one.overall is None]
    return Unscored(
        n_people=len(people),
        share=share_of(len(not_scored), len(tries)),
        reasons=dict(Counter(one.reason or "unknown" for one in not_scored).most_common()),
    )


def _changed(pairs: Mapping[str, Sequence[Tried]]) -> Changed:
    steps = [(second.overall or 0.0) - (first.overall or 0.0) for first, second in pairs.values()]
    return Changed(overall=_average(steps))
