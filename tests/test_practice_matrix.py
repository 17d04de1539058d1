"""Role × action × owner, whole; and every function of `practice` is in a table or says why not."""

import ast
import importlib
import inspect
import pkgutil
from datetime import datetime
from pathlib import Path

import pytest

import practice
from practice import access, accounts, consent, reviews
from practice.access import ACTIONS, Action
from practice.store import Store
from tests.people import Place, a_place, an_attempt
from tests.test_practice_access import CALLS, THE_CHECK_ITSELF, blocked_since

# What each may do with Tom's things: always, or ("submitted") with a reply he has submitted.
OF_TOMS: dict[Action, dict[str, str]] = {
    "practise": {"tom": "always"},
    "see_attempt": {"tom": "always", "sunniva": "submitted"},
    "see_machine_score": {"tom": "always", "sunniva": "submitted"},
    "submit_for_review": {"tom": "always"},
    "contest": {"tom": "always"},
    "review": {"sunniva": "submitted"},
    "correct_transcript": {"sunniva": "submitted"},
    "answer_contest": {"sunniva": "submitted"},
    "see_review": {"tom": "always", "sunniva": "submitted"},
    "ask_example": {"sunniva": "submitted"},
    "give_example": {"tom": "always"},
    # Never by being submitted alone: whether it is shown is another condition (below).
    "see_example": {},
    "see_completion": {"tom": "always", "ines": "always"},
    "count_in_figures": {"ines": "always"},
    "assign": {"ines": "always"},
    "manage_people": {"ines": "always", "iris": "always", "shell": "always"},
    "own_data": {"tom": "always", "shell": "always"},
    "research_export": {"ines": "always", "iris": "always", "shell": "always"},
    "author": {"ines": "always", "iris": "always", "alone": "always"},
}
ACTORS = ("tom", "una", "sunniva", "otto", "ines", "iris", "bea", "shell", "alone")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    at = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    return a_place(Store(tmp_path_factory.mktemp("matrix") / "data"), at)


@pytest.fixture(scope="module")
def actors(place: Place) -> dict[str, accounts.Person]:
    at = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    found = {who: getattr(place, who) for who in ACTORS if hasattr(place, who)}
    bea = blocked_since(place, at)
    return {**found, "bea": bea, "shell": access.SHELL, "alone": accounts.ALONE}


def test_every_action_has_its_row_here() -> None:
    assert set(OF_TOMS) == set(ACTIONS)


@pytest.mark.parametrize("submitted", [False, True])
@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_do_what_with_toms_things(
    place: Place, actors: dict[str, accounts.Person], action: Action, who: str, submitted: bool
) -> None:
    written = OF_TOMS[action].get(who)
    expected = written == "always" or (written == "submitted" and submitted)
    found = access.may(place.store, actors[who], action, place.tom.id, submitted=submitted)
    assert found == expected


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("who", ACTORS)
def test_who_may_see_a_reply_of_toms_that_is_an_example(
    place: Place, actors: dict[str, accounts.Person], who: str, shown: bool
) -> None:
    learn_or_teach_with_him = {"tom", "sunniva", "ines"}
    found = access.may(place.store, actors[who], "see_example", place.tom.id, shown=shown)
    assert found == (shown and who in learn_or_teach_with_him)


def test_a_withdrawn_reply_or_consent_counts_as_not_submitted(tmp_path: Path, at: datetime) -> None:
    place = a_place(Store(tmp_path), at)
    attempt = an_attempt(place, place.tom, at)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.submit(place.store, place.tom, attempt.id, at)
    assert access.is_submitted(place.store, attempt)
    consent.take_back(place.store, place.tom, "supervision", at)
    assert not access.is_submitted(place.store, attempt)
    consent.give(place.store, place.tom, "supervision", at)
    reviews.withdraw(place.store, place.tom, attempt.id, at)
    assert not access.is_submitted(place.store, attempt)


# Every other public function of `practice` that reaches the data, with the reason why it asks
# nobody who wants to know. A new one has to be put here, or to take an actor and ask.
OWN = "gives or changes what is the named person's; the screens name only the one at the screen"
THEIRS = "begins with an attempt that the screens looked up with `visitor.own` or `reviews`"
ROWS = "rows only, for functions that have asked"
PROOF = "who acts proves who they are: by password, session or one-time link"
NOBODYS = "holds nothing of anybody's: the library, counts, settings, health"
WORK = "the background worker's, the clock's or the command line's; no screen hands it a choice"
BANK = "the author page, which is for instructors (and for somebody alone) and asks first"
EXEMPT: dict[str, str] = {
    **dict.fromkeys(
        ("access.attempt", "access.is_submitted", "accounts.get", "accounts.find_by_name"), ROWS
    ),
    **dict.fromkeys(("accounts.sign_in", "accounts.sign_out", "accounts.whose"), PROOF),
    **dict.fromkeys(("invitations.opened", "invitations.use", "accounts.set_password"), PROOF),
    **dict.fromkeys(("accounts.begin_session", "accounts.sign_out_everywhere"), PROOF),
    **dict.fromkeys(("accounts.add", "invitations.first_instructor"), ROWS),
    **dict.fromkeys(("accounts.any_accounts", "agreement_so_far.so_far"), NOBODYS),
    **dict.fromkeys(("assignments.examples_closed", "assignments.of_trainee"), OWN),
    **dict.fromkeys(("assignments.standing", "assignments.still_asked"), OWN),
    "assignments.standings": ROWS,
    "completion.of_people": ROWS,
    **dict.fromkeys(("bench_place.a_class", "bench_place.make", "bench_rows.write"), WORK),
    **dict.fromkeys(("bench_rows.looks", "clock.is_believed", "work.try_again"), WORK),
    "assignments.people_of": ROWS,
    **dict.fromkeys(("attempts.newest", "attempts.start", "attempts.add_person"), OWN),
    **dict.fromkeys(("attempts.find", "attempts.get"), "looked up only where it is then asked"),
    **dict.fromkeys(("attempts.history", "attempts.scenario_answered"), THEIRS),
    **dict.fromkeys(("attempts.move", "attempts.unfinished"), WORK),
    **dict.fromkeys(("audit.about", "audit.all_about"), OWN),
    "backup.write": WORK,
    **{f"bank.{name}": BANK for name in ("find", "get", "versions", "put", "put_set")},
    **dict.fromkeys(("bank.log", "drafts.faults"), BANK),
    **dict.fromkeys(("bank.published", "bank.revision", "bank.sets"), NOBODYS),
    **{f"belongings.{name}": ROWS for name in ("erase", "mentions", "owned", "references")},
    **{f"checks.{name}": OWN for name in ("answered", "current", "end", "start", "to_come")},
    **dict.fromkeys(("agreement_figures.of_machine", "blind_ratings.revision"), NOBODYS),
    "blind_ratings.gather": ROWS,
    **dict.fromkeys(("calibrating.calibrate", "calibrating.turn", "calibrations.applied"), WORK),
    **{f"calibrations.{name}": WORK for name in ("keep", "switch_off", "switch_on")},
    **{f"calibrations.{name}": NOBODYS for name in ("active", "every", "of_version")},
    **{f"calibrations.{name}": NOBODYS for name in ("is_of_present_scorer", "present_scorer")},
    **{f"outcomes.{name}": THEIRS for name in ("comparable", "raw_score_of")},
    "calibrations.beside": THEIRS,
    **{f"identities.{name}": PROOF for name in ("came_back", "link", "link_account", "set_out")},
    **{f"identities.{name}": PROOF for name in ("sign_in", "unlink_account", "ways")},
    **{f"one_time_links.{name}": PROOF for name in ("opened", "redeem", "use_identity")},
    **{f"one_time_links.{name}": ROWS for name in ("free_name", "make")},
    **dict.fromkeys(("item_tries.of_cohorts", "invite_list.read"), ROWS),
    "child.serve": WORK,
    "consent.given_by": OWN,
    **dict.fromkeys(("consent.since", "consent.voice_in_research"), ROWS),
    **{f"deletions.{name}": ROWS for name in ("again", "erase_attempt", "erase_person")},
    "ledger.note": ROWS,
    "retention.kept": THEIRS,
    **{f"health.{name}": NOBODYS for name in ("open_recordings", "recordings", "stuck")},
    **{f"recordings.{name}": WORK for name in ("files", "lock_all", "unlock_all")},
    "research.write": WORK,
    **{f"retention.{name}": WORK for name in ("drop_unowned", "runs", "sweep", "tick")},
    "retention.sweep_leavings": WORK,
    "well_kept.examine": NOBODYS,
    **{f"media.{name}": BANK for name in ("forget", "keep", "take", "take_captioned")},
    **{f"media.{name}": NOBODYS for name in ("find", "folder", "sound_path")},
    **dict.fromkeys(("outcomes.keep_score", "outcomes.keep_transcript"), WORK),
    **{f"outcomes.{name}": THEIRS for name in ("reply_text", "score_of", "transcript_of")},
    **dict.fromkeys(("pipeline.finish", "pipeline.rescore", "queued.make"), WORK),
    **dict.fromkeys(("plans.keep", "plans.of_attempt", "portfolio.entry"), THEIRS),
    **{f"reflections.{name}": OWN for name in ("forget", "keep", "of_person")},
    **{f"review_records.{name}": ROWS for name in ("find", "ratings", "self_rating", "trail")},
    **{f"review_records.{name}": ROWS for name in ("get", "last_back", "open_contest")},
    "review_records.again_stands": ROWS,
    **{f"correction_records.{name}": ROWS for name in ("find", "keep", "of_attempt", "score_of")},
    "correction_records.want": ROWS,
    **{f"correction_records.{name}": WORK for name in ("finish", "waiting")},
    **{f"examples.{name}": ROWS for name in ("is_shown", "names_somebody", "words")},
    **{f"selfview.{name}": THEIRS for name in ("rate", "rating_of", "react", "reaction_of")},
    **{f"set_runs.{name}": OWN for name in ("current", "end", "start")},
    "shelf.times_practised": OWN,
    **{f"standings.{name}": OWN for name in ("ahead", "assigned", "load", "log", "next_up")},
    **{f"standings.{name}": OWN for name in ("session_of", "settle", "waiting")},
    **dict.fromkeys(("tries.of_person",), OWN),
    "two_turns.next_turn": THEIRS,
    **{
        f"users.{name}": WORK for name in ("add", "again", "delete", "everybody", "export", "named")
    },
    **{f"users.{name}": WORK for name in ("restore", "revoke", "supervise")},
    **{f"work.{name}": WORK for name in ("adopt", "begin", "claim", "end", "free", "free_all")},
    **{f"work.{name}": WORK for name in ("n_tries", "place", "put", "renew", "typical_s")},
}
# Asked for before they have written anything: the check itself, and what writes the audit log.
TOOLS = THE_CHECK_ITSELF | {"audit.note", "audit.note_all"}
RECORDS = {f"review_records.{name}" for name in ("add_step", "begin", "has_revealed")} | {
    f"review_records.{name}" for name in ("keep_rating", "move", "send_back")
}  # take an actor to write their name down; `reviews` has asked


def reaching_the_data() -> set[str]:
    """Every public function of `practice` that is given the store or a change to it."""
    found = set()
    for module in pkgutil.iter_modules(practice.__path__):
        imported = importlib.import_module(f"practice.{module.name}")
        for name, function in inspect.getmembers(imported, inspect.isfunction):
            given = inspect.signature(function).parameters
            own = function.__module__ == imported.__name__ and not name.startswith("_")
            if own and ({"store", "db"} & set(given)):
                found.add(f"{module.name}.{name}")
    return found


def test_every_function_that_reaches_the_data_asks_or_says_why_it_does_not() -> None:
    assert reaching_the_data() == set(CALLS) | set(EXEMPT) | TOOLS | RECORDS


UI = Path(__file__).parent.parent / "ui"
SELF = {"state.person()", "person.id", "attempt.person", "visitor.current().id", "actor.id"}


def test_the_screens_name_only_the_person_at_the_screen() -> None:
    """Whoever is named to a function of `OWN` is the one at the screen."""
    wrong = []
    for path in sorted(UI.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            mine = SELF | _names_of_self(function)
            for call in (one for one in ast.walk(function) if isinstance(one, ast.Call)):
                name = ast.unparse(call.func)
                if EXEMPT.get(name) is not OWN or name.startswith("checks."):
                    continue
                given = {one.arg: one.value for one in call.keywords}.get("person")
                if given is None:
                    given = call.args[1] if len(call.args) > 1 else None
                if given is None or ast.unparse(given) not in mine:
                    said = "nobody" if given is None else ast.unparse(given)
                    wrong.append(f"{path.name}: {name}({said})")
    assert sorted(wrong) == sorted(NOT_SELF)


NOT_SELF = [  # each with the reason why it may
    "attempts.py: attempts.newest(None)",  # only where nobody signs in
    "library.py: shelf.times_practised(nobody)",  # how often all have, as a number
    "resources.py: attempts.add_person(attempts.LOCAL_PERSON)",  # the one person alone here
]


def _names_of_self(function: ast.FunctionDef) -> set[str]:
    found = set()
    for one in ast.walk(function):
        if not isinstance(one, ast.Assign):
            continue
        for target in one.targets:
            pairs = [(target, one.value)]
            if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                pairs = list(zip(target.elts, one.value.elts, strict=True))
            found |= {ast.unparse(a) for a, b in pairs if ast.unparse(b) == "state.person()"}
    return found
