"""Agreement in the open: only blind ratings, hand-worked figures, nobody shown alone, quickly."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import (
    access,
    accounts,
    agreement_figures,
    agreement_so_far,
    attempts,
    blind_ratings,
    consent,
    privacy,
    reviews,
    second_ratings,
)
from practice.access import AccessError
from practice.agreement_figures import LEAST_REPLIES, TRAITS, Figure, machine, supervisors
from practice.blind_ratings import Rated
from practice.review_records import Rating
from practice.store import Store
from scoring.models import Detected
from scoring.rubric import DIMENSIONS
from tests.people import Place, a_place, a_rating, a_score, an_attempt
from tests.rated_place import of_library, rated_place

MINUTE = timedelta(minutes=1)


def rated(
    number: int,
    level: int,
    score: float | None,
    at: datetime,
    *,
    rater: str = "s1",
    shown: bool = False,
    there: bool = False,
    trainee: str | None = None,
) -> Rated:
    """One blind rating of Rationale, and of whether the reply asks an open question."""
    found = None
    if score is not None:
        found = a_score(score, 2.0, 2.0).model_copy(
            update={"behaviours": {"open_question": Detected(present=shown, probability=0.5)}}
        )
    return Rated(
        attempt=f"a{number}",
        trainee=trainee or f"t{number % 3}",
        scenario="refusal-diary",
        rater=rater,
        rated_at=at,
        rating=Rating(
            dimensions={"rationale": level, "collaboration": 2, "obstacles": 2},
            behaviours=frozenset({"open_question"} if there else ()),
        ),
        score=found,
    )


@pytest.fixture
def place(tmp_path: Path, at: datetime) -> Place:
    return a_place(Store(tmp_path), at)


def submitted(place: Place, at: datetime, sound: bytes = b"RIFF one") -> attempts.Attempt:
    attempt = an_attempt(place, place.tom, at, sound)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    return attempt


def test_the_machines_agreement_equals_the_hand_worked_figure(at: datetime) -> None:
    # Machine 0 0 0 0 0 2 2 2 2 2, person 0 0 0 0 2 2 2 2 2 2: one of ten differs, by 2.
    # Mean squared difference 4/10 = .4; expected 4 * (.5 * .6 + .5 * .4) = 2; kappa 1 - .4/2 = .8.
    # Alpha: of 20 values 9 are 0 and 11 are 2; the two meet in one pair, twice: ordinal has only
    # one distance, so 1 - (20 - 1) * 2 / (2 * 9 * 11) = 1 - 38/198 = .808.
    scores, levels = [0.2] * 5 + [1.9] * 5, [0] * 4 + [2] * 6
    found = machine(
        [rated(i, b, a, at) for i, (a, b) in enumerate(zip(scores, levels, strict=True))],
        "rationale",
    )
    assert found.agreed is not None and (found.n_replies, found.n_ratings) == (10, 10)
    assert found.agreed.kappa.value == pytest.approx(0.8)
    assert found.agreed.alpha.value == pytest.approx(1 - 38 / 198)
    assert found.agreed.kappa.low < 0.8 <= found.agreed.kappa.high


def test_a_behaviours_agreement_is_plain_kappa(at: datetime) -> None:
    # Found and there 4, only found 1, only there 2, neither 3: observed .7, expected
    # .5 * .6 + .5 * .4 = .5, kappa (.7 - .5) / .5 = .4
    cells = [(True, True)] * 4 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 3
    found = machine(
        [rated(i, 2, 2.0, at, shown=a, there=b) for i, (a, b) in enumerate(cells)], "open_question"
    )
    assert found.agreed is not None
    assert found.agreed.kappa.value == pytest.approx(0.4)


def test_supervisors_are_compared_where_two_rated_the_same_reply(at: datetime) -> None:
    # First 0 1 2 3 4 4, second 0 1 2 3 4 2: only the last differs, by 2. Mean square 4/6; means
    # 14/6 and 2; by chance 46/6 + 34/6 - 2 * (14/6) * 2 = 4; kappa 1 - (2/3) / 4 = .8333.
    first, second = [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 2]
    some = [rated(i, level, 2.0, at) for i, level in enumerate(first)]
    some += [rated(i, level, 2.0, at, rater="s2") for i, level in enumerate(second)]
    some.append(rated(9, 4, 2.0, at))  # rated once: says nothing of two supervisors
    found = supervisors(some, "rationale")
    assert (found.n_replies, found.n_ratings) == (6, 12)
    assert found.agreed is not None
    assert found.agreed.kappa.value == pytest.approx(1 - (2 / 3) / 4)
    assert found == supervisors([*some[6:], *some[:6]], "rationale")  # whoever was first


def test_nothing_is_shown_of_few_replies_of_one_trainee_or_where_nothing_varies(
    at: datetime,
) -> None:
    levels = [0, 1, 2, 3, 4, 2]

    def reason(figure: Figure) -> str | None:
        assert (figure.agreed is None) == (figure.reason is not None)
        return figure.reason

    some = [rated(i, level, float(level), at) for i, level in enumerate(levels)]
    assert reason(machine(some[: LEAST_REPLIES - 1], "rationale")) == "too_few"
    assert reason(machine(some[:LEAST_REPLIES], "rationale")) is None
    alone = [rated(i, level, 2.0, at, trainee="tom") for i, level in enumerate(levels)]
    assert reason(machine(alone, "rationale")) == "one_trainee"
    assert reason(machine(some, "collaboration")) == "no_variance"
    assert reason(machine([], "rationale")) == "too_few"
    assert reason(supervisors(some, "rationale")) == "too_few"


def test_a_reply_that_was_not_scored_counts_for_supervisors_only(at: datetime) -> None:
    some = [rated(i, i % 5, None, at) for i in range(6)]
    some += [rated(i, i % 5, None, at, rater="s2") for i in range(6)]
    assert machine(some, "rationale").n_replies == 0
    assert supervisors(some, "rationale").n_replies == 6


def test_only_the_first_and_blind_rating_is_gathered(place: Place, at: datetime) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 1, 1), at)
    reviews.reveal(place.store, place.sunniva, attempt.id, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(4, 4, 4), at)
    found = blind_ratings.gather(place.store)
    assert [one.rating for one in found] == [a_rating(1, 1, 1)]
    assert found[0].score is not None and found[0].score.dimensions["collaboration"].score == 3.0


def test_what_was_taken_back_is_left_out(place: Place, at: datetime) -> None:
    first, second = submitted(place, at), submitted(place, at, b"RIFF two")
    for one in (first, second):
        reviews.rate(place.store, place.sunniva, one.id, a_rating(), at)
    before = blind_ratings.revision(place.store)
    reviews.withdraw(place.store, place.tom, first.id, at)
    assert [one.attempt for one in blind_ratings.gather(place.store)] == [second.id]
    between = blind_ratings.revision(place.store)
    consent.take_back(place.store, place.tom, "supervision", at)
    assert blind_ratings.gather(place.store) == []
    assert len({before, between, blind_ratings.revision(place.store)}) == 3


def test_a_second_supervisor_rates_blind_after_the_first_has_returned_it(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    access.look_after(place.store, place.ines, place.tom, place.otto, at)
    assert second_ratings.waiting(place.store, place.otto) == []  # it is in the queue itself
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(1, 1, 1), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "Not yet.", at, again=True)
    assert reviews.queue(place.store, place.otto) == []
    assert second_ratings.waiting(place.store, place.sunniva) == []
    assert [one.id for _, one in second_ratings.waiting(place.store, place.otto)] == [attempt.id]
    ratings, steps = reviews.outcome(place.store, place.otto, attempt.id, at)
    assert ratings == [] and {one.note for one in steps} == {None}
    assert "asked_again" not in {one.did for one in steps}  # which would say what she thought
    with pytest.raises(reviews.NotYet, match="Rate it first"):
        reviews.reveal(place.store, place.otto, attempt.id, at)
    kept = reviews.rate(place.store, place.otto, attempt.id, a_rating(2, 2, 2), at)
    assert kept.blind
    assert second_ratings.waiting(place.store, place.otto) == []
    assert [one.rater for one in blind_ratings.gather(place.store)] == [
        place.sunniva.id,
        place.otto.id,
    ]
    _, steps = reviews.outcome(place.store, place.otto, attempt.id, at)
    assert "asked_again" in {one.did for one in steps}


def test_a_second_rating_is_not_asked_for_without_consent_or_supervision(
    place: Place, at: datetime
) -> None:
    attempt = submitted(place, at)
    access.look_after(place.store, place.ines, place.tom, place.otto, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    reviews.give_back(place.store, place.sunniva, attempt.id, "", at)
    assert len(second_ratings.waiting(place.store, place.otto)) == 1
    consent.take_back(place.store, place.tom, "supervision", at)
    assert second_ratings.waiting(place.store, place.otto) == []
    consent.give(place.store, place.tom, "supervision", at + MINUTE)
    access.look_after_no_more(place.store, place.ines, place.tom.id, place.otto.id, at)
    assert second_ratings.waiting(place.store, place.otto) == []


def test_supervisors_and_instructors_see_the_figures_and_trainees_do_not(
    place: Place, at: datetime
) -> None:
    for person in (place.ines, place.sunniva, place.otto):
        assert agreement_figures.overall(place.store, person).n_replies == 0
    for call in (
        lambda: agreement_figures.overall(place.store, place.tom),
        lambda: agreement_figures.split(place.store, place.tom, "rationale", "month"),
    ):
        with pytest.raises(AccessError):
            call()


def test_the_figures_are_by_vignette_and_month_and_small_groups_say_why(
    tmp_path: Path, at: datetime
) -> None:
    store = Store(tmp_path)
    sunniva, *_ = rated_place(store, at, 40, n_twice=12, scenarios=of_library, days_apart=2)
    found = agreement_figures.overall(store, sunniva)
    assert (found.n_replies, found.n_ratings, found.n_supervisors) == (40, 52, 2)
    assert len(found.figures) == 2 * len(TRAITS)
    assert found.of("rationale", "machine").n_ratings == 52
    assert found.of("rationale", "supervisors").n_replies == 12
    vignettes = agreement_figures.split(store, sunniva, "rationale", "vignette")
    assert sum(one.figures[0].n_ratings for one in vignettes) == 52
    sizes = [one.figures[0].n_ratings for one in vignettes]
    assert sizes == sorted(sizes, reverse=True)
    for one in vignettes:
        assert (one.figures[0].reason == "too_few") == (one.figures[0].n_replies < LEAST_REPLIES)
    months = agreement_figures.split(store, sunniva, "rationale", "month")
    # 40 replies, two days apart, from 24 November on: 4 in it, then 15 or 16 a month.
    assert [(one.name, one.figures[0].n_replies) for one in months] == [
        ("2026-11", 4), ("2026-12", 15), ("2027-01", 16), ("2027-02", 5),
    ]  # fmt: skip
    assert [one.figures[0].reason for one in months] == ["too_few", None, None, None]


def test_the_figures_are_reckoned_anew_only_when_a_rating_was_added_or_went(
    tmp_path: Path, at: datetime
) -> None:
    store = Store(tmp_path)
    sunniva, _, first, *_ = rated_place(store, at, 20)
    before = agreement_figures.overall(store, sunniva)
    assert agreement_figures.overall(store, sunniva) is before
    privacy.delete_person(store, first, first.id, at)
    after = agreement_figures.overall(store, sunniva)
    assert after.n_replies == 18  # of twelve trainees the first had two


def test_ratings_of_supervisors_who_left_are_two_peoples(tmp_path: Path, at: datetime) -> None:
    store = Store(tmp_path)
    sunniva, otto, *_ = rated_place(store, at, 8, n_twice=8)
    ines = accounts.add(store, "Ines Maar", ("instructor",), at)
    for one in (sunniva, otto):
        privacy.delete_person(store, one, one.id, at)
    found = agreement_figures.overall(store, ines)
    assert (found.n_replies, found.n_ratings) == (8, 16)
    assert found.of("rationale", "supervisors").n_replies == 8


def test_five_hundred_ratings_take_no_time(tmp_path: Path, at: datetime) -> None:
    store = Store(tmp_path)
    sunniva, *_ = rated_place(store, at, 400, n_twice=100, scenarios=of_library, days_apart=1)
    begun = time.process_time()
    found = agreement_figures.overall(store, sunniva)
    took = time.process_time() - begun
    assert found.n_ratings == 500
    assert took < 1.0, took  # about 0.2 s on a quiet core


def test_the_words_beside_a_score_say_how_far_and_from_how_many(
    tmp_path: Path, at: datetime
) -> None:
    store = Store(tmp_path)
    rated_place(store, at, 14)
    found = agreement_so_far.so_far(store)
    assert [one.dimension for one in found] == list(DIMENSIONS)
    for one in found:
        assert one.words.endswith(", from 14 ratings)")
        assert (
            f"(weighted kappa {one.value:.2f}, likely {one.low:.2f} to {one.high:.2f}" in one.words
        )


def test_few_ratings_or_one_trainees_say_nothing_of_agreement(
    place: Place, tmp_path: Path, at: datetime
) -> None:
    attempt = submitted(place, at)
    reviews.rate(place.store, place.sunniva, attempt.id, a_rating(), at)
    found = agreement_so_far.so_far(place.store)
    assert [one.words for one in found] == ["too few ratings to say (from 1 rating)"] * 3
    other = Store(tmp_path / "other")
    rated_place(other, at, 14, n_trainees=1)
    assert "one trainee" in agreement_so_far.so_far(other)[0].words


@pytest.mark.parametrize(
    ("kappa", "said"),
    [
        (0.85, "very closely"),
        (0.6, "well"),
        (0.59, "fairly well"),
        (0.2, "somewhat"),
        (-1, "hardly"),
    ],
)
def test_a_kappa_in_plain_words(kappa: float, said: str) -> None:
    assert agreement_so_far.how_well(kappa) == said
