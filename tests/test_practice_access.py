"""Who may do what with whose: every function that acts for somebody, tried by everybody.

The table here is written apart from the program's own, by the names of people in `tests.people`:
Tom is the trainee whose things they are, Ines his instructor, Sunniva his supervisor; Una, Otto and
Iris have the same roles and nothing to do with him. Bea was his supervisor and instructor, and a
trainee of the cohort, until she was blocked. (Signed out there is nobody who could call anything:
`accounts.whose` gives no person; see `test_ui_guard.py` and `test_ui_router.py`.)
"""

import inspect
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from practice import (
    access,
    access_each,
    accounts,
    agreement_figures,
    asked_again,
    assignments,
    attempts,
    bank,
    class_grid,
    cohorts,
    consent,
    contests,
    corrections,
    drafts,
    examples,
    exchange,
    invitations,
    items,
    privacy,
    research,
    reviews,
    second_ratings,
)
from practice.access import AccessError
from practice.accounts import AccountError, Person
from practice.assignments import Plan
from practice.store import Store
from scenarios.models import ScenarioSet
from tests.people import Place, a_place, a_rating, an_attempt
from tests.stand_ins import a_scenario
from tests.test_practice_exchange import packed

MODULES: tuple[ModuleType, ...] = (
    access,
    access_each,
    agreement_figures,
    asked_again,
    assignments,
    bank,
    class_grid,
    cohorts,
    consent,
    contests,
    corrections,
    examples,
    exchange,
    invitations,
    items,
    privacy,
    research,
    reviews,
    second_ratings,
)
THE_CHECK_ITSELF = {
    "access.is_blocked",
    "access.check",
    "access.check_attempt",
    "access.may",
    "access.relations",
    "access_each.check_all",
}
EVERYBODY = {"ines", "tom", "sunniva", "una", "otto", "iris"}
INSTRUCTORS = {"ines", "iris"}
# Empty for whoever supervises nobody, and learns with nobody.
GIVES_THEIR_OWN = {"reviews.queue", "second_ratings.waiting", "examples.of_scenario"}
STAFF = INSTRUCTORS | {"sunniva", "otto"}
WHEN = datetime.fromisoformat("2026-11-24T11:00:00+00:00")

Call = Callable[[Place, Person, str], Any]


def plan() -> Plan:
    due = datetime.fromisoformat("2026-12-01T11:00:00+00:00")
    return Plan(title="t", scenarios=("refusal-diary",), opens_at=WHEN, due_at=due)


def the_assignment(place: Place) -> assignments.Assignment:
    return assignments.of_trainee(place.store, place.tom.id, WHEN)[0]


def the_example(place: Place) -> str:
    rows = place.store.rows("SELECT id FROM example_replies")
    return str(rows[0]["id"]) if rows else "none"


LINES = {a_scenario().clip.id: a_scenario().clip.transcript}
SET = ScenarioSet(id="mine", title="Mine", description="One.", scenarios=("refusal-diary",))


def a_set_comes_in(place: Place, actor: Person) -> None:
    here = exchange.Here({"refusal-diary": a_scenario()}, LINES, ())
    files = {"sets/mine.yaml": yaml.safe_dump(SET.model_dump(mode="json")).encode()}
    exchange.read(place.store, actor, packed(files), here, WHEN)


# name: (who may while it is not submitted, who may once it is, the call)
CALLS: dict[str, tuple[set[str], set[str], Call]] = {
    "access.look_after": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: access.look_after(p.store, a, p.tom, p.otto, WHEN)),
    "access.look_after_no_more": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: access.look_after_no_more(p.store, a, p.tom.id, p.sunniva.id, WHEN)),
    "access.supervisions": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: access.supervisions(p.store, a, WHEN)),
    "invitations.invite": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.invite(p.store, a, "New One", ("trainee",), WHEN)),
    "invitations.invite_many": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.invite_many(p.store, a, "New One", WHEN)),
    "invitations.new_link": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.new_link(p.store, a, p.tom, WHEN)),
    "invitations.block": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.block(p.store, a, p.tom, WHEN)),
    "invitations.unblock": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.unblock(p.store, a, p.tom, WHEN)),
    "invitations.end_sessions": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.end_sessions(p.store, a, p.tom, WHEN)),
    "invitations.members": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: invitations.members(p.store, a, WHEN)),
    "cohorts.make": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: cohorts.make(p.store, a, "Another", WHEN)),
    "cohorts.of_instructor": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: cohorts.of_instructor(p.store, a, WHEN)),
    "cohorts.get": ({"ines"}, {"ines"}, lambda p, a, _: cohorts.get(p.store, a, p.cohort.id, WHEN)),
    "cohorts.check_theirs": ({"ines"}, {"ines"}, lambda p, a, _: cohorts.check_theirs(p.store, a, p.cohort.id, WHEN)),
    "cohorts.put_in": ({"ines"}, {"ines"}, lambda p, a, _: cohorts.put_in(p.store, a, p.cohort.id, p.una, "trainee", WHEN)),
    "cohorts.take_out": ({"ines"}, {"ines"}, lambda p, a, _: cohorts.take_out(p.store, a, p.cohort.id, p.tom.id, WHEN)),
    "agreement_figures.overall": (STAFF, STAFF, lambda p, a, _: agreement_figures.overall(p.store, a)),
    "agreement_figures.split": (STAFF, STAFF, lambda p, a, _: agreement_figures.split(p.store, a, "rationale", "month")),
    "second_ratings.waiting": (EVERYBODY, EVERYBODY, lambda p, a, _: second_ratings.waiting(p.store, a)),
    "assignments.assign": ({"ines"}, {"ines"}, lambda p, a, _: assignments.assign(p.store, a, plan(), WHEN, known={"refusal-diary"}, people=[p.tom])),
    "assignments.withdraw": ({"ines"}, {"ines"}, lambda p, a, _: assignments.withdraw(p.store, a, the_assignment(p).id, WHEN)),
    "assignments.of_instructor": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: assignments.of_instructor(p.store, a, WHEN)),
    "class_grid.rows": ({"ines"}, {"ines"}, lambda p, a, _: class_grid.rows(p.store, a, the_assignment(p), WHEN)),
    "class_grid.as_csv": ({"ines"}, {"ines"}, lambda p, a, _: class_grid.as_csv(p.store, a, the_assignment(p), WHEN)),
    "items.of_instructor": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: items.of_instructor(p.store, a, WHEN)),
    "consent.give": (EVERYBODY, EVERYBODY, lambda p, a, _: consent.give(p.store, a, "example", WHEN)),
    "consent.take_back": (EVERYBODY, EVERYBODY, lambda p, a, _: consent.take_back(p.store, a, "practice", WHEN)),
    "privacy.download": ({"tom"}, {"tom"}, lambda p, a, _: privacy.download(p.store, a, p.tom.id, WHEN)),
    "privacy.delete_attempt": ({"tom"}, {"tom"}, lambda p, a, one: privacy.delete_attempt(p.store, a, one, WHEN)),
    "privacy.delete_person": ({"tom"}, {"tom"}, lambda p, a, _: privacy.delete_person(p.store, a, p.tom.id, WHEN)),
    "access.check_author": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: access.check_author(p.store, a, WHEN)),
    "bank.create": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.create(p.store, a, "No", WHEN)),
    "bank.save": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.save(p.store, a, "drafted", drafts.BLANK, WHEN)),
    "bank.publish": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.publish(p.store, a, "drafted", WHEN, LINES)),
    "bank.shelve": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.shelve(p.store, a, "drafted", WHEN, away=True)),
    "bank.entries": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.entries(p.store, a, WHEN)),
    "bank.keep_set": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: bank.keep_set(p.store, a, SET, WHEN)),
    "exchange.write": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: exchange.write(p.store, a, SET, {}, WHEN)),
    "exchange.read": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: a_set_comes_in(p, a)),
    "research.make": (INSTRUCTORS, INSTRUCTORS, lambda p, a, _: research.make(p.store, a, {}, WHEN)),
    "reviews.submit": ({"tom"}, {"tom"}, lambda p, a, one: reviews.submit(p.store, a, one, WHEN)),
    "reviews.withdraw": ({"tom"}, {"tom"}, lambda p, a, one: reviews.withdraw(p.store, a, one, WHEN)),
    "reviews.contest": ({"tom"}, {"tom"}, lambda p, a, one: reviews.contest(p.store, a, one, "No.", WHEN)),
    "reviews.queue": (EVERYBODY, EVERYBODY, lambda p, a, _: reviews.queue(p.store, a)),
    "reviews.to_hear": (set(), {"sunniva"}, lambda p, a, one: reviews.to_hear(p.store, a, one, WHEN)),
    "reviews.rate": (set(), {"sunniva"}, lambda p, a, one: reviews.rate(p.store, a, one, a_rating(), WHEN)),
    "reviews.own_blind": (set(), {"sunniva"}, lambda p, a, one: reviews.own_blind(p.store, a, one, WHEN)),
    "reviews.reveal": (set(), {"sunniva"}, lambda p, a, one: reviews.reveal(p.store, a, one, WHEN)),
    "reviews.comment": (set(), {"sunniva"}, lambda p, a, one: reviews.comment(p.store, a, one, "Hm.", WHEN, None)),
    "reviews.give_back": (set(), {"sunniva"}, lambda p, a, one: reviews.give_back(p.store, a, one, "", WHEN)),
    "reviews.of_attempt": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: reviews.of_attempt(p.store, a, one, WHEN)),
    "asked_again.of_trainee": (EVERYBODY, EVERYBODY, lambda p, a, _: asked_again.of_trainee(p.store, a, WHEN)),
    "contests.answer": (set(), {"sunniva"}, lambda p, a, one: contests.answer(p.store, a, one, "I see.", WHEN)),
    "corrections.correct": (set(), {"sunniva"}, lambda p, a, one: corrections.correct(p.store, a, one, "A mermaid sentence.", WHEN)),
    "corrections.of_attempt": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: corrections.of_attempt(p.store, a, one, WHEN)),
    "corrections.want_score": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: corrections.want_score(p.store, a, one, 1, WHEN)),
    "corrections.score_of": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: corrections.score_of(p.store, a, one, 1, WHEN)),
    "examples.ask": (set(), {"sunniva"}, lambda p, a, one: examples.ask(p.store, a, one, "Warm.", WHEN)),
    "examples.put_away": (set(), {"sunniva"}, lambda p, a, one: examples.put_away(p.store, a, one, WHEN)),
    "examples.answer": ({"tom"}, {"tom"}, lambda p, a, one: examples.answer(p.store, a, one, "no", WHEN)),
    "examples.standing": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: examples.standing(p.store, a, one, WHEN)),
    "examples.asked_of": (EVERYBODY, EVERYBODY, lambda p, a, _: examples.asked_of(p.store, a, WHEN)),
    "examples.of_scenario": (EVERYBODY, EVERYBODY, lambda p, a, one: examples.of_scenario(p.store, a, attempts.get(p.store, one).scenario, WHEN)),
    "examples.to_hear": (set(), {"tom", "sunniva", "ines"}, lambda p, a, _: examples.to_hear(p.store, a, the_example(p), WHEN)),
    "reviews.outcome": ({"tom"}, {"tom", "sunniva"}, lambda p, a, one: reviews.outcome(p.store, a, one, WHEN)),
}  # fmt: skip


def acting(module: ModuleType) -> set[str]:
    """The module's own public functions that act for somebody."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "actor" in inspect.signature(function).parameters
    }


def test_every_function_that_acts_for_somebody_is_in_the_table_here() -> None:
    assert set().union(*(acting(one) for one in MODULES)) - THE_CHECK_ITSELF == set(CALLS)


def test_every_module_with_such_a_function_is_looked_at() -> None:
    folder = Path(access.__file__).parent
    found = {path.stem for path in folder.glob("*.py") if "actor: Person" in path.read_text()}
    looked_at = {one.__name__.rpartition(".")[2] for one in MODULES}
    assert found - looked_at == {"review_records"}  # rows only; `reviews` asks first
    assert looked_at <= found


@pytest.fixture(scope="module", params=[False, True], ids=["private", "submitted"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A place as it stands before each call, made once; with it, whether Tom has submitted."""
    at = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    place = a_place(Store(tmp_path_factory.mktemp("place") / "data"), at)
    known = {"refusal-diary"}
    assignments.assign(place.store, place.ines, plan(), at, known=known, cohort=place.cohort.id)
    bank.create(place.store, place.ines, "Drafted", at, like=a_scenario())
    attempt = an_attempt(place, place.tom, at)
    if request.param:
        consent.give(place.store, place.tom, "supervision", at)
        reviews.submit(place.store, place.tom, attempt.id, at)
        corrections.correct(place.store, place.sunniva, attempt.id, "A marmot sentence.", at)
        examples.ask(place.store, place.sunniva, attempt.id, "It is short.", at)
        examples.answer(place.store, place.tom, attempt.id, "sound", at)
    bea = blocked_since(place, at)
    place.store.scrub()
    return place, attempt.id, request.param, bea


def blocked_since(place: Place, at: datetime) -> Person:
    """Bea, who was to Tom all that one can be, and is blocked."""
    store = place.store
    bea = accounts.add(store, "Bea Gone", ("instructor", "supervisor", "trainee"), at)
    access.look_after(store, place.ines, place.tom, bea, at)
    cohorts.put_in(store, place.ines, place.cohort.id, bea, "instructor", at)
    cohorts.put_in(store, place.ines, place.cohort.id, bea, "trainee", at)
    invitations.block(store, place.ines, bea, at)
    return bea


def contents(store: Store) -> dict[str, Any]:
    return {
        table: store.rows(f"SELECT * FROM [{table}]")
        for table in store.db.table_names()
        if table != "audit_log"
    }


@pytest.mark.parametrize("name", CALLS)
def test_only_those_in_the_table_get_through_and_the_refused_change_nothing(
    name: str, template: Any, tmp_path: Path
) -> None:
    place, attempt, submitted, bea = template
    private, shared, call = CALLS[name]
    allowed = shared if submitted else private
    if name in GIVES_THEIR_OWN:
        assert call(place, bea, attempt) == []
    refused = {who: getattr(place, who) for who in sorted(EVERYBODY - allowed)}
    if name not in GIVES_THEIR_OWN:
        refused["bea"] = bea
    for who, actor in refused.items():
        before = contents(place.store)
        with pytest.raises(AccessError):
            call(place, actor, attempt)
        assert contents(place.store) == before, f"{name} changed something for {who}"
    for who in sorted(allowed):
        shutil.copytree(place.store.folder, tmp_path / who)
        fresh = Place(**{**vars(place), "store": Store(tmp_path / who)})
        try:
            call(fresh, getattr(place, who), attempt)
        except AccountError:
            pass  # told that something has to come first: that is no refusal
        except AccessError:
            pytest.fail(f"{name} was refused to {who}")


def test_the_table_of_the_program_says_so_for_roles_that_combine(
    tmp_path: Path, at: datetime
) -> None:
    place = a_place(Store(tmp_path), at)
    both = accounts.add(place.store, "Bo Ek", ("instructor", "supervisor"), at)
    assert access.relations(place.store, both, place.tom.id) == {"place"}
    access.look_after(place.store, place.ines, place.tom, both, at)
    assert access.relations(place.store, both, place.tom.id) == {"place", "supervisee"}
    assert not access.may(place.store, both, "see_attempt", place.tom.id)
    assert access.may(place.store, both, "see_attempt", place.tom.id, submitted=True)


def test_a_supervisor_whose_role_or_supervision_ended_sees_nothing_more(
    tmp_path: Path, at: datetime
) -> None:
    place = a_place(Store(tmp_path), at)
    before = place.sunniva.model_copy(update={"roles": frozenset({"trainee"})})
    assert not access.may(place.store, before, "review", place.tom.id, submitted=True)
    access.look_after_no_more(place.store, place.ines, place.tom.id, place.sunniva.id, at)
    assert not access.may(place.store, place.sunniva, "review", place.tom.id, submitted=True)


def test_a_guessed_id_is_told_the_same_as_anothers(tmp_path: Path, at: datetime) -> None:
    place = a_place(Store(tmp_path), at)
    attempt = an_attempt(place, place.tom, at)
    said = []
    for one in (attempt.id, "0" * 32, "' OR 1=1 --"):
        with pytest.raises(AccessError) as refused:
            reviews.to_hear(place.store, place.otto, one, at)
        said.append(str(refused.value))
    assert len(set(said)) == 1


def test_looks_and_refused_looks_are_in_the_owners_log(tmp_path: Path, at: datetime) -> None:
    place = a_place(Store(tmp_path), at)
    attempt = an_attempt(place, place.tom, at)
    with pytest.raises(AccessError):
        access.check_attempt(place.store, place.otto, "see_attempt", attempt, at)
    from practice import audit

    newest = audit.about(place.store, place.tom.id)[0]
    assert (newest.actor, newest.action, newest.subject, newest.allowed) == (
        place.otto.id,
        "see_attempt",
        attempt.id,
        False,
    )


def test_alone_on_ones_own_computer_everything_without_an_account_is_ones_own(
    tmp_path: Path, at: datetime
) -> None:
    place = a_place(Store(tmp_path), at)
    attempts.add_person(place.store, "ann", "ann", at)
    assert access.may(place.store, accounts.ALONE, "practise", "ann")
    assert not access.may(place.store, accounts.ALONE, "practise", place.tom.id)
