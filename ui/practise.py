"""The practice screen: read, listen, answer out loud, see what was there, try again."""

import streamlit as st

from clips import manifest
from practice import access, attempts
from practice.attempts import Attempt
from practice.replies import MAX_TEXT_CHARS
from practice.store import StoreError
from practice.worker import now
from scenarios.models import Scenario
from ui import compare, resources, result, state, supervision, visitor
from ui.style import block, card, safe

UPLOADS = ["wav", "webm", "ogg", "oga", "opus", "m4a", "mp4", "aac", "mp3", "flac"]
WAYS = ("Speak", "Upload a recording", "Type")
POLL_S = 1.0  # how often a waiting page looks again
CHALLENGES = {
    "refusal": "Refusal",
    "nonengagement_rupture": "Rupture showing as non-engagement",
    "too_challenging": "Too challenging",
    "irrelevant": "Seems irrelevant",
    "practical_barrier": "Practical barrier",
    "the_word": "The word itself",
    "perfectionism": "Perfectionism",
    "hopelessness": "Hopelessness",
    "overcompliance": "Over-compliance",
    "partial": "Partly done",
}


def page() -> None:
    """Shows the screen for the scenario and the attempt named in the address."""
    shown = _shown_attempt()
    scenario = (
        attempts.scenario_answered(resources.store(), shown) if shown is not None else _chosen()
    )
    _choose(scenario)
    st.title(f"“{scenario.title}”" if scenario.title[0].isupper() else scenario.title)
    if shown is None:
        _context(scenario)
        _listen(scenario)
        _answer(scenario)
        return
    with st.expander(f"{scenario.client.name}, and the clip again"):
        _context(scenario)
        _listen(scenario)
    if shown.finished:
        _result(scenario, shown)
    else:
        _wait(shown.id)


def _shown_attempt() -> Attempt | None:
    named = state.attempt_id()
    if named is None:
        return None
    attempt = attempts.find(resources.store(), named)
    allowed = attempt is not None and access.may(
        resources.store(), visitor.current(), "practise", attempt.person
    )
    if not allowed:
        attempt = None
        st.info("That attempt is not here; it may have been deleted. Here is the client again.")
    return attempt


def _chosen() -> Scenario:
    library = resources.library()
    named = state.scenario_id()
    if named is not None and named not in library:
        st.info(f"There is no scenario “{named}” here. Here is another to practise with.")
        named = None
    first_steps = resources.sets().get("first-steps")
    starters = [one for one in (first_steps.scenarios if first_steps else ()) if one in library]
    return library[named or (starters or sorted(library))[0]]


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
            f"{library[one].client.name}: {CHALLENGES[library[one].challenge].lower()}"
            f" ({library[one].difficulty})"
        ),
        key=f"choose-{scenario.id}",
    )
    if picked != scenario.id:
        state.choose(picked)
        st.rerun()


def _context(scenario: Scenario) -> None:
    client = scenario.client
    facts = {
        "Wants": scenario.goal,
        "Found in session": scenario.takeaway,
        "Between sessions": scenario.activity,
    }
    rows = "".join(
        f"<dt>{name}</dt><dd>{safe(text[0].upper() + text[1:])}</dd>"
        for name, text in facts.items()
    )
    block(
        card(
            f'<div class="eyebrow">{CHALLENGES[scenario.challenge]} · {scenario.phase} ·'
            f" {scenario.difficulty} · {scenario.approach}</div>"
            f'<p><span class="name">{safe(client.name)}</span>, {client.age}'
            f" ({safe(client.pronouns)}): {safe(client.presenting_problem)}</p>"
            f'<dl class="facts">{rows}</dl>'
            f'<p class="situation">{safe(scenario.context)}</p>'
            f'<p class="muted">What to practise: {safe(scenario.learning_goal)}.</p>'
        )
    )


def _listen(scenario: Scenario) -> None:
    st.subheader(f"Listen to {scenario.client.name}")
    clip = resources.clips().get(scenario.clip.id)
    path = None if clip is None else manifest.media_path(clip)
    if path is None or not path.exists():
        st.warning("This clip's sound is missing, so here are the words instead.")
        block(f'<p class="line">{safe(scenario.clip.transcript)}</p>')
        return
    st.audio(str(path), format="audio/mpeg")
    if st.toggle("Show captions", key=f"captions-{scenario.id}"):
        block(
            f'<p class="line">{safe(scenario.clip.transcript)}</p>'
            f'<p class="muted">Said: {safe(scenario.clip.tone)}</p>'
        )


def _answer(scenario: Scenario) -> None:
    again = state.retry_of() is not None
    st.subheader("Answer out loud" + (", again" if again else ""))
    st.caption(
        f"Speak as you would to {scenario.client.name}. 10 to 90 seconds is plenty. Your words are"
        " saved and scored on this computer as soon as you stop."
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
        sound = st.audio_input("Your reply", sample_rate=16000, key=state.widget_key("microphone"))
        st.caption(
            "Nothing happening? Your browser may be keeping the microphone to itself: allow it"
            " beside the address, or upload or type your reply instead."
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
                st.info(
                    f"There are no words here yet. What would you say to {scenario.client.name}?"
                )


def _save(
    scenario: Scenario, *, key: str, recording: bytes | None = None, typed: str | None = None
) -> None:
    store = resources.store()
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
def _wait(attempt_id: str) -> None:
    progress = resources.worker().progress(attempt_id)
    if progress.stage == "finished":
        st.rerun()
    st.subheader("Your reply is saved")
    if progress.stage == "stuck":
        st.error(f"{progress.trouble} Your reply is safe and can be scored later.")
        if st.button("Try once more"):
            resources.worker().submit(attempt_id)
        return
    said = {
        "waiting": "Saved. Getting ready…"
        if progress.n_ahead == 0
        else f"Saved. {progress.n_ahead} to go before yours…",
        "transcribing": "Transcribing: writing down what you said…",
        "scoring": "Scoring: looking for what was there…",
    }[progress.stage]
    with st.status(said, expanded=True):
        st.caption("This stays on this computer. You can leave the page; it will be kept.")


def _result(scenario: Scenario, attempt: Attempt) -> None:
    if attempt.retry_of is not None:
        compare.show(resources.store(), attempt)
    supervision.stands_above(attempt)
    result.show(resources.store(), attempt)
    again, onward = st.columns(2)
    if again.button("Try again", type="primary", width="stretch"):
        state.try_again(scenario.id, attempt.id)
        st.rerun()
    if onward.button("Next client", width="stretch"):
        state.choose(_next(scenario))
        st.rerun()
    supervision.offer(attempt)
    result.examples(scenario)


def _next(scenario: Scenario) -> str:
    ids = sorted(resources.library())
    for one in resources.sets().values():
        if scenario.id in one.scenarios:
            ids = [name for name in one.scenarios if name in resources.library()]
            break
    return ids[(ids.index(scenario.id) + 1) % len(ids)] if scenario.id in ids else ids[0]
