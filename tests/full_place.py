"""A place in full use, for tests that look at every page: something of everything there can be.

Every text that somebody can type ends with ``mark``, also the names (which the forms would
refuse), so that a test can look for it wherever it may show.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from practice import (
    access,
    accounts,
    assignments,
    attempts,
    bank,
    checks,
    cohorts,
    consent,
    corrections,
    examples,
    media,
    plans,
    reflections,
    reviews,
    selfview,
    set_runs,
)
from practice.accounts import Person
from practice.attempts import Attempt, State
from practice.plans import PARTS
from practice.reflections import Reflection
from practice.selfview import Reaction
from practice.store import Store
from scenarios.load import load_library
from scenarios.models import Scenario, ScenarioSet
from scoring.models import Detected, DimensionScore, Evidence, Score
from tests.people import Place, a_place, a_rating
from tests.stand_ins import a_transcript, voice_like, wav

CLIENT = "refusal-school"  # shipped, of one turn
TWO_TURNS = "hopeless-nothing"
WORDS = "It sounds as if writing is not for you."


@dataclass(frozen=True)
class FullPlace:
    """The place, and the things of Tom's by what they are for."""

    place: Place
    nia: Person  # a trainee who has done nothing yet
    mark: str
    client: Scenario  # whom Tom met: shipped, with the mark in each text
    result: Attempt  # scored, rated by himself, submitted, returned
    again: Attempt  # the try after it
    unscored: Attempt
    failed: Attempt
    waiting: Attempt  # submitted, not yet rated
    contested: Attempt
    typed: Attempt  # scored, not yet rated by himself
    first_turn: Attempt
    own: str  # a scenario of Ines's, published
    draft: str  # one that is half written
    assignment: assignments.Assignment


def marked_scenario(scenario: Scenario, mark: str) -> Scenario:
    """The scenario with the mark at the end of every text in it, short ones cut to their limit."""
    return Scenario.model_validate(_marked(scenario.model_dump(mode="json"), mark))


IDS = frozenset(
    {"id", "family", "challenge", "phase", "difficulty", "approach", "level", "stance"}
    | {"expects", "avoid", "when_all", "when_any"}
)


def _marked(value: Any, mark: str) -> Any:
    if isinstance(value, dict):
        return {k: v if k in IDS else _marked(v, mark) for k, v in value.items()}
    if isinstance(value, list):
        return [_marked(one, mark) for one in value]
    return (value[: 300 - len(mark)] + mark) if isinstance(value, str) else value


def scored(overall: float, mark: str, text: str) -> Score:
    """A score that found things in the words, each with its evidence."""
    value = DimensionScore(score=overall, low=max(0, overall - 0.6), high=min(4, overall + 0.6))
    seen = Detected(
        present=True, probability=0.9, evidence=(Evidence(text=text, start=0, end=len(text)),)
    )
    absent = Detected(present=False, probability=0.1, evidence=())
    return Score(
        status="scored",
        reason=None,
        dimensions={"rationale": value, "collaboration": value, "obstacles": value},
        overall=overall,
        behaviours={"reflection": seen, "open_question": absent, "normalises": seen},
        watch_outs={"directs": seen},
        keep=f"You heard them first: “{text}”",
        change=f"Next time, ask what would fit.{mark}",
        model_version="v1",
    )


def full_place(store: Store, at: datetime, mark: str = "") -> FullPlace:
    """Fills a new data folder.

    Args:
        store: the folder.
        at: now; most of it happened in the last hours.
        mark: what every text ends with.
    """
    place = a_place(store, at - timedelta(days=30))
    both = accounts.add(store, "Bo Ek", ("trainee", "instructor", "supervisor"), at)
    nia = accounts.add(store, "Nia Waits", ("trainee",), at)
    consent.give(store, nia, "practice", at)
    blocked = accounts.add(store, "Bea Gone", ("supervisor",), at)
    with store.change() as db:
        db["accounts"].update(both.id, {"password": "x"})
        db["accounts"].update(blocked.id, {"password": "x", "blocked_at": at.isoformat()})
        for row in store.rows("SELECT id, name FROM people"):
            db["people"].update(row["id"], {"name": row["name"] + mark})
        db.execute("UPDATE cohorts SET title = title || ?", (mark,))
    place = _as_named_now(place)
    access.look_after(store, place.ines, place.una, place.sunniva, at)
    for purpose in consent.PURPOSES:
        consent.give(store, place.tom, purpose, at - timedelta(days=20))
    client = marked_scenario(load_library()[CLIENT], mark)
    made = _attempts(place, client, at, mark)
    _reviews(place, made, at, mark)
    note = Reflection(caught=("must_be_done",), note=f"I sighed.{mark}")
    reflections.keep(store, place.tom.id, note, at)
    _a_class(place, client, at, mark)
    own, draft = _bank(place, mark, at)
    set_runs.start(store, place.tom.id, bank.sets(store)["own-set"], at)
    return FullPlace(
        place=place,
        nia=accounts.get(store, nia.id),
        mark=mark,
        client=client,
        own=own,
        draft=draft,
        assignment=_assignment(place, mark, at),
        **made,
    )


def _as_named_now(place: Place) -> Place:
    people = {
        name: accounts.get(place.store, value.id)
        for name, value in vars(place).items()
        if isinstance(value, Person)
    }
    at = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    cohort = cohorts.get(place.store, people["ines"], place.cohort.id, at)
    return Place(store=place.store, cohort=cohort, **people)


def an_attempt_of(
    place: Place,
    person: Person,
    scenario: Scenario,
    at: datetime,
    *,
    words: str = WORDS,
    mark: str = "",
    overall: float | None = 2.0,
    state: State = "scored",
    spoken: bool = False,
    reaction: Reaction | None = None,
    self_rated: bool = True,
    **links: str,
) -> Attempt:
    """A reply of somebody's, finished: scored, or with the state that is asked for."""
    store = place.store
    sound = wav(voice_like()) if spoken else None
    attempt = attempts.start(
        store,
        person=person.id,
        scenario=scenario,
        at=at,
        recording=sound,
        typed=None if spoken else words + mark,
        **links,  # type: ignore[arg-type]
    )
    if spoken and state != "failed":
        heard = a_transcript(f"{words} What would you like to try?{mark}")
        attempt = attempts.move(store, attempt, "transcribed", at, transcript=heard)
    score = scored(overall or 0.0, mark, words) if state == "scored" else None
    if state == "unscored":
        nothing = DimensionScore(score=None, low=None, high=None)
        score = scored(0.0, mark, words).model_copy(
            update={
                "status": "unscored",
                "reason": "too_short",
                "overall": None,
                "dimensions": dict.fromkeys(("rationale", "collaboration", "obstacles"), nothing),
            }
        )
    detail = f"It could not be read.{mark}" if state == "failed" else None
    reason = None if state == "scored" else "too_short" if state == "unscored" else "unreadable"
    later = at + timedelta(minutes=1)
    attempt = attempts.move(store, attempt, state, later, reason=reason, detail=detail, score=score)
    if state == "scored" and self_rated:
        own = dict.fromkeys(("rationale", "collaboration", "obstacles"), 2)
        selfview.rate(store, attempt.id, own, later)  # type: ignore[arg-type]
        if reaction is not None:
            selfview.react(store, attempt.id, reaction, later)
    return attempt


def _attempts(place: Place, client: Scenario, at: datetime, mark: str) -> dict[str, Any]:
    def one(minutes: int, **more: Any) -> Attempt:
        since = at - timedelta(minutes=minutes)
        scenario = more.pop("scenario", client)
        return an_attempt_of(place, place.tom, scenario, since, mark=mark, **more)

    library = list(load_library().values())
    for number, overall in enumerate((1.0, 1.6, 2.0, 2.4, 3.0)):
        days = 28 - 4 * number
        one(days * 1440, scenario=library[3 * number], overall=overall, reaction="good_challenge")
    two = marked_scenario(load_library()[TWO_TURNS], mark)
    result = one(50, spoken=True, reaction="good_challenge")
    plan = plans.Plan(**dict.fromkeys(PARTS[:-1], f"after breakfast{mark}"))
    plans.keep(place.store, result.id, plan, at)
    again = one(45, overall=3.0, retry_of=result.id)
    return {
        "client": client,
        "result": result,
        "again": again,
        "unscored": one(40, state="unscored"),
        "failed": one(38, state="failed", spoken=True),
        "waiting": one(36, spoken=True),
        "contested": one(34),
        "first_turn": one(30, scenario=two),
        "typed": one(20, self_rated=False),
    }


def _reviews(place: Place, made: dict[str, Any], at: datetime, mark: str) -> None:
    store, tom, sunniva = place.store, place.tom, place.sunniva
    del made["client"]
    for name in ("result", "waiting", "contested"):
        reviews.submit(store, tom, made[name].id, at)
    returned = made["result"].id
    reviews.rate(store, sunniva, returned, a_rating(3, 2, 1), at)
    reviews.reveal(store, sunniva, returned, at)
    reviews.comment(store, sunniva, returned, f"Lovely start.{mark}", at, 0.5)
    corrected = corrections.correct(store, sunniva, returned, f"{WORDS} Would it?{mark}", at)
    with store.change() as db:
        db["correction_scores"].insert(
            {
                "correction": corrected.id,
                "model_version": "test",
                "body": scored(2.5, mark, corrected.text).model_dump_json(),
                "made_at": at.isoformat(),
            }
        )
    examples.ask(store, sunniva, returned, f"A question that waits.{mark}", at)
    examples.answer(store, tom, returned, "words", at)
    reviews.give_back(store, sunniva, returned, f"Slow down.{mark}", at, again=True)
    reviews.contest(store, tom, made["contested"].id, f"I did ask.{mark}", at)
    reviews.rate(store, sunniva, made["contested"].id, a_rating(1, 1, 1), at)


def _a_class(place: Place, client: Scenario, at: datetime, mark: str) -> None:
    """Six more trainees of Ines's cohort, whom item statistics count."""
    of_family = [one for one in load_library().values() if one.family == client.family][:2]
    parallel = [client, marked_scenario(of_family[-1], mark)]
    for number in range(6):
        person = accounts.add(place.store, f"Trainee {number}", ("trainee",), at)
        cohorts.put_in(place.store, place.ines, place.cohort.id, person, "trainee", at)
        for purpose in consent.PURPOSES:
            consent.give(place.store, person, purpose, at)
        for turn, scenario in enumerate(parallel):
            since = at - timedelta(days=3, hours=number, minutes=-30 * turn)
            overall = 1.0 + 0.3 * number + turn / 2
            first = an_attempt_of(
                place, person, scenario, since, overall=overall, reaction="too_hard"
            )
            later = since + timedelta(minutes=5)
            an_attempt_of(
                place, person, scenario, later, overall=min(4.0, overall + 0.5), retry_of=first.id
            )


def _bank(place: Place, mark: str, at: datetime) -> tuple[str, str]:
    store, ines = place.store, place.ines
    base = load_library()[CLIENT]
    taken = media.take_captioned(store, wav(voice_like()), f"No.{mark}", [], f"Recorded here{mark}")
    with store.change() as db:
        media.keep(db, taken, ines.id, at)
        own = marked_scenario(base, mark).model_copy(update={"id": "own-client"})
        clip = own.clip.model_copy(update={"id": taken.clip.id})
        bank.put(db, own.model_copy(update={"clip": clip}), ines.id, at)
        made = ScenarioSet(
            id="own-set",
            title=f"A set{mark}",
            description=f"Two to begin with.{mark}",
            scenarios=("own-client", CLIENT),
        )
        bank.put_set(db, made, ines.id, at)
    draft = bank.create(store, ines, f"Half written{mark}", at, like=own)
    away = bank.create(store, ines, f"Put away{mark}", at)
    bank.shelve(store, ines, away.id, at, away=True)
    return own.id, draft.id


def _assignment(place: Place, mark: str, at: datetime) -> assignments.Assignment:
    plan = assignments.Plan(
        title=f"A no{mark}",
        scenarios=(CLIENT, TWO_TURNS),
        opens_at=at - timedelta(days=9),
        due_at=at - timedelta(days=1),
        n_attempts=2,
    )
    known = set(load_library())
    return assignments.assign(
        place.store, place.ines, plan, at, known=known, cohort=place.cohort.id
    )


def begin_check(full: FullPlace, at: datetime) -> None:
    """Tom begins a check of three clients."""
    checks.start(full.place.store, full.place.tom.id, list(load_library())[5:8], at)
