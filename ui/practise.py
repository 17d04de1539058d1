"""The practice screen: read, listen, answer out loud, see what was there, try again."""

import streamlit as st

from practice import attempts
from practice.attempts import Attempt
from practice.replies import MAX_TEXT_CHARS
from practice.store import StoreError
from practice.worker import Progress, now
from scenarios.models import Scenario
from ui import (
    check,
    client,
    colleagues,
    compare,
    corrected,
    hot_seat,
    loop,
    plan,
    resources,
    result,
    second_turn,
    session,
    set_run,
    state,
    supervision,
    visitor,
    welcome,
)
from ui.style import plain

UPLOADS = ["wav", "webm", "ogg", "oga", "opus", "m4a", "mp4", "aac", "mp3", "flac"]
WAYS = ("Speak", "Upload a recording", "Type")
POLL_S = 1.0  # how often a waiting page looks again


def page() -> None:
    """Shows the screen for the scenario and the attempt named in the address."""
    if state.session_ended():
        session.page()
        return
    shown = _shown_attempt()
    scenario = (
        attempts.scenario_answered(resources.store(), shown)
        if shown is not None
        else second_turn.heard() or _chosen()
    )
    if shown is None and state.retry_of() is None:
        welcome.asked(scenario)
        welcome.show(scenario)
    _choose(scenario)
    title = scenario.title.replace("'", "’")
    st.title(f"“{plain(title)}”" if title[0].isupper() else plain(title))
    if shown is None:
        client.moment(scenario, second_turn.first())
        if not check.going_on(scenario.id):
            set_run.where(scenario.id)
            loop.before(scenario, state.retry_of())
            if state.retry_of() is None:
                colleagues.show(scenario.id)
        client.listen(scenario)
        _answer(scenario)
        return
    with st.expander(f"{plain(scenario.client.name)}, and the clip again"):
        client.context(scenario)
        client.listen(scenario)
    rating = loop.asks_rating(shown)
    if rating:
        loop.self_rating(scenario, shown)
    if rating or not shown.finished:
        _wait(shown.id, rating)
    elif check.holds(shown):
        check.between()
    else:
        _result(scenario, shown)


def _shown_attempt() -> Attempt | None:
    named = state.attempt_id()
    if named is None:
        return None
    attempt = visitor.own(resources.store(), named)
    if attempt is None:
        st.info("That attempt is not here; it may have been deleted. Here is the client again.")
    return attempt


def _chosen() -> Scenario:
    library = resources.library()
    named = state.scenario_id()
    tried = None if named is None else resources.tried_out(named)
    if tried is not None:
        st.caption("You are trying this out as it will be once it is published.")
        return tried
    if named is not None and named not in library:
        st.info(f"There is no scenario “{plain(named)}” here. Here is another to practise with.")
        named = None
    if named is None:
        named = loop.suggested()
        state.pin(named)  # so that nothing that happens meanwhile changes the client on the screen
    return library[named]


def _choose(scenario: Scenario) -> None:
    library = resources.library()
    ids = sorted(library, key=lambda one: (library[one].challenge, library[one].title))
    if scenario.id not in library:  # an attempt at a scenario that has since left the library
        return
    picked = st.selectbox(
        "Client",
        ids,
        index=ids.index(scenario.id),
        format_func=lambda one: (
            f"{library[one].client.name}: {client.CHALLENGES[library[one].challenge].lower()}"
            f" ({library[one].difficulty})"
        ),
        key=f"choose-{scenario.id}",
    )
    if picked != scenario.id:
        state.choose(picked)
        st.rerun()


def _answer(scenario: Scenario) -> None:
    again = state.retry_of() is not None
    st.header("Answer out loud" + (", again" if again else ""))
    st.caption(
        f"Speak as you would to {plain(scenario.client.name)}: anything from 10 to 90 seconds."
        f" Your reply is kept on {visitor.place()} as soon as you stop, and you can try again"
        " afterwards."
    )
    way = st.segmented_control(
        "How would you like to answer?",
        WAYS,
        default=WAYS[0],
        key=state.widget_key("way"),
    )
    if way == WAYS[1]:
        sound = st.file_uploader(
            "A recording of your reply", type=UPLOADS, key=state.widget_key("upload")
        )
    elif way == WAYS[2]:
        sound = None
        _type(scenario)
    else:
        hot_seat.offer()
        sound = st.audio_input(
            "Your reply: press the microphone to begin, and again to stop",
            sample_rate=16000,
            key=state.widget_key("microphone"),
        )
        st.caption(
            "Nothing happening? Your browser may be holding back the microphone: allow it beside"
            " the address bar, or upload or type your reply instead."
        )
    if sound is not None:
        _save(scenario, recording=sound.getvalue(), key=sound.file_id)


def _type(scenario: Scenario) -> None:
    with st.form(state.widget_key("typed"), border=False):
        words = st.text_area(
            "What would you say?",
            height=160,
            max_chars=MAX_TEXT_CHARS,
            key=state.widget_key("words"),
            help="For those who cannot speak just now. Write it as you would say it.",
        )
        if st.form_submit_button("Score this reply", type="primary"):
            if words.strip():
                _save(scenario, typed=words, key=state.widget_key("words") + words)
            else:
                name = plain(scenario.client.name)
                st.info(f"There are no words here yet. What would you say to {name}?")


def _save(
    scenario: Scenario, *, key: str, recording: bytes | None = None, typed: str | None = None
) -> None:
    store = resources.store()
    first = second_turn.first()
    try:
        with st.spinner("Saving your reply…"):
            attempt = attempts.start(
                store,
                person=state.person(),
                scenario=scenario,
                at=now(),
                recording=recording,
                typed=typed,
                retry_of=state.retry_of(),
                after=None if first is None else first.id,
                key=key,
            )
    except StoreError as exc:
        st.error(f"{exc} Your reply is still on this page: mend that, then press “Save again”.")
        st.button("Save again")
        return
    resources.worker().submit(attempt.id)
    state.show(scenario.id, attempt.id)
    st.rerun()


@st.fragment(run_every=POLL_S)
def _wait(attempt_id: str, rating: bool) -> None:
    progress = resources.worker().progress(attempt_id)
    if progress.stage == "finished":
        attempt = attempts.get(resources.store(), attempt_id)
        if not rating or attempt.state != "scored":
            st.rerun()
        # No rerun under the hands of someone who is rating: a press could be lost in it.
        st.caption("Your feedback is ready whenever you are.")
        return
    if not rating:
        st.header("Your reply is saved")
    if progress.stage == "stuck":
        st.error(f"{plain(progress.trouble or '')} Your reply is safe and can be scored later.")
        if st.button("Try once more"):
            resources.worker().submit(attempt_id)
        return
    said = {
        "waiting": _place(progress),
        "transcribing": "Transcribing: writing down what you said…",
        "scoring": "Scoring: looking for what was there…",
    }[progress.stage]
    box = st.status(said, expanded=True)  # not `with`: its end would tick it off as done
    box.caption(f"This stays on {visitor.place()}. You can leave the page; your reply is kept.")


def _place(progress: Progress) -> str:
    if progress.n_ahead == 0:
        return "Saved. Getting ready…"
    said = f"Saved. {progress.n_ahead} to go before yours"
    if progress.wait_s is None:
        return f"{said}…"
    if progress.wait_s < 60:
        return f"{said}: about {max(5, round(progress.wait_s, -1)):.0f} seconds…"
    n = round(progress.wait_s / 60)
    return f"{said}: about {n} minute{'s' if n > 1 else ''}…"


def _result(scenario: Scenario, attempt: Attempt) -> None:
    if attempt.retry_of is not None:
        compare.show(resources.store(), attempt)
    supervision.stands_above(attempt)
    notes = supervision.notes_of(attempt)
    result.show(resources.store(), scenario, attempt, notes, corrected.words(attempt))
    corrected.show(attempt, "Corrected by your supervisor")
    corrected.scored(attempt)
    second_turn.offer(scenario, attempt)
    loop.onward(scenario, attempt)
    plan.offer(scenario, attempt)
    supervision.offer(attempt)
    if attempt.after is None:  # the examples answer the first line
        result.examples(scenario)
        colleagues.show(scenario.id)
