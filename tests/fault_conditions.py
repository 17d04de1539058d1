"""Faults that no kill makes: the clock jumps, Whisper's weights go while they are in use.

Each returns what was seen, for the harness to print, and asserts what must be true.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from practice import (
    accounts,
    attempts,
    audit,
    doctor,
    invitations,
    next_client,
    retention,
    schedule,
    standings,
    work,
)
from practice.accounts import SignInError
from practice.queued import QueuedWorker
from practice.store import Store
from practice.worker import now
from scenarios.load import load_library
from tests.conftest import GOLDEN
from tests.people import PASSWORD, a_place, an_attempt
from tests.practised import a_try

REPLY = GOLDEN / "replies" / "toohard-phone-middling.flac"
WITHIN_S = 240.0
DAY, YEAR = timedelta(days=1), timedelta(days=365)


def leases(folder: Path, at: datetime) -> str:
    """A worker takes a reply while the clock is a year ahead, and dies; the clock is put right."""
    place = a_place(Store(folder), at)
    begun = attempts.start(
        place.store, person=place.tom.id, scenario=load_library()["refusal-school"], at=at,
        recording=b"RIFF a reply",
    )  # fmt: skip
    work.put(place.store, begun, at)
    assert work.claim(place.store, begun.id, "dead", at + YEAR)
    assert work.free(place.store, at) == [(begun.id, "recording")]
    assert work.claim(place.store, begun.id, "another", at)
    assert not work.claim(place.store, begun.id, "a third", at)  # a lease of now holds
    work.end(place.store, begun.id, "no weights", at + YEAR)  # waits to be tried again next year
    work.try_again(place.store, at)
    assert work.free(place.store, at) == [(begun.id, "recording")]
    # Forwards: whoever holds it renews, so a jump gives it away at most once, and the row decides.
    assert work.claim(place.store, begun.id, "one", at)
    assert work.claim(place.store, begun.id, "two", at + YEAR)
    work.renew(place.store, begun.id, "one", at + YEAR)
    assert not work.claim(place.store, begun.id, "three", at + YEAR)
    return "a lease from the future holds nothing up"


def sessions(folder: Path, at: datetime) -> str:
    """People sign in while the clock is a year ahead; then it is put right."""
    place = a_place(Store(folder), at)
    store, tom = place.store, place.tom
    with store.change() as db:
        accounts.set_password(db, tom, PASSWORD)
    ahead = accounts.sign_in(store, tom.name, PASSWORD, "here", at + YEAR)
    assert accounts.whose(store, ahead, at + YEAR) == tom
    assert accounts.whose(store, ahead, at) is None  # it would last for a year and more
    near = accounts.sign_in(store, tom.name, PASSWORD, "here", at + timedelta(minutes=20))
    assert accounts.whose(store, near, at) == tom  # a small correction signs nobody out
    _, link = invitations.new_link(store, place.ines, place.una, at + YEAR)
    try:
        invitations.opened(store, link, at)
        raise AssertionError("a link made in the future was good")
    except accounts.AccountError:
        pass
    for _ in range(accounts.MAX_MISSES_PAIR):
        with suppress(SignInError):
            accounts.sign_in(store, tom.name, "not this one", "here", at + YEAR)
    assert accounts.sign_in(store, tom.name, PASSWORD, "here", at)  # not locked out for a year
    audit.note(store, place.ines.id, "see_completion", at + YEAR, owner=tom.id)
    audit.note(store, place.ines.id, "see_completion", at, owner=tom.id)
    looks = [one for one in audit.about(store, tom.id) if one.action == "see_completion"]
    assert [one.at for one in looks] == [at, at + YEAR]  # a look is noted all the same
    return "sessions, links and lockouts from the future end with it"


def practice_goes_on(at: datetime) -> str:
    """Somebody practises while the clock is a year ahead; what comes next is still sensible."""
    library = load_library()
    state, _ = schedule.after(
        schedule.State(),
        standings.tries.occasions([a_try(at + YEAR, 2.0)])[0],
    )
    state, row = schedule.after(state, standings.tries.occasions([a_try(at, 3.0)])[0])
    assert at <= row.due_at <= at + timedelta(days=schedule.MAX_INTERVAL_DAYS), row.due_at
    assert next_client.suggest(state, library, at, []).scenario in library
    assert standings.session_times([at - DAY, at + YEAR], at) == (at + YEAR,)
    return "the schedule goes on from now"


def recordings_are_kept(folder: Path, at: datetime) -> str:
    """The clock is a year ahead for an hour: no recording is deleted for being old."""
    place = a_place(Store(folder), at)
    made = an_attempt(place, place.tom, at)
    path = place.store.recording_path(made.recording or "")
    hour = timedelta(hours=1)
    for moment in (at, at + hour, at + YEAR, at + YEAR + hour, at + 2 * hour, at + 3 * hour):
        assert retention.tick(place.store, moment) == 0
        assert path.exists()
    for n in range(1, 180):  # in its own time it is deleted
        assert retention.tick(place.store, at + n * DAY) == 0
    assert retention.tick(place.store, at + 180 * DAY) == 1 and not path.exists()
    return "a clock that is wrong for an hour deletes no recording"


@contextmanager
def worker_with(store: Store, **environment: str) -> Iterator[QueuedWorker]:
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    made = QueuedWorker(store)
    try:
        made.warm()
        yield made
    finally:
        made.stop()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < end, f"not in {WITHIN_S:.0f} s: {what}"
        time.sleep(0.1)


def weights_go(folder: Path, weights: Path) -> str:
    """Weights deleted under a worker that has them, then a restart, then they are back.

    Args:
        folder: an empty folder.
        weights: a real CTranslate2 model, which is copied.
    """
    used = folder / "weights"
    shutil.copytree(weights, used)
    store = Store(folder / "data")
    attempts.add_person(store, "me", "You", now())

    def submit(n: int) -> str:
        one = attempts.start(
            store, person="me", scenario=load_library()["toohard-phone"], at=now(),
            recording=REPLY.read_bytes(), key=str(n),
        )  # fmt: skip
        worker.submit(one.id)
        return one.id

    def state(attempt_id: str) -> str:
        return attempts.get(store, attempt_id).state

    with worker_with(store, BETWEEN_MODEL=str(used), BETWEEN_QUEUE="") as worker:
        first = submit(1)
        until(lambda: state(first) == "scored", "a reply with the weights there")
        shutil.rmtree(used)
        second = submit(2)
        until(lambda: state(second) == "scored", "a reply by the worker that has them loaded")
        process = worker.process_id
        assert process is not None
        os.kill(process, signal.SIGKILL)
        third = submit(3)
        until(lambda: worker.progress(third).stage == "stuck", "a reason why it waits")
        why = worker.progress(third).trouble or ""
        assert str(used) in why and "No weights" in why, why
        named = [one.found for one in doctor._stuck(store)]
        assert any(why in one for one in named), named
        assert state(third) == "recorded" and REPLY.read_bytes() == _kept(store, third)
        shutil.copytree(weights, used)
        until(lambda: state(third) == "scored", "the waiting reply, by itself")
    assert work.n_tries(store, third) == 0
    store.close()
    return "goes on with what is loaded; after a restart waits with the reason; ends by itself"


def _kept(store: Store, attempt_id: str) -> bytes:
    return store.recording_path(attempts.get(store, attempt_id).recording or "").read_bytes()
