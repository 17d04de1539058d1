"""A scenario being written: its fields, what a trainee will see, and what is still to be mended."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import streamlit as st

from practice import bank, drafts
from practice.bank import BankError, Entry
from practice.worker import now
from scenarios.models import PROSE_CHARS, Approach, Challenge, Difficulty, Phase
from scoring.rubric import BEHAVIOURS, DIMENSIONS, WATCH_OUTS
from ui import author_clip, author_turns, client, resources, state, visitor
from ui.author_fields import LABELS, in_words, key, limit, many, text
from ui.library import APPROACHES, LEVELS
from ui.style import block, plain, safe

EXAMPLES = (
    ("strong", "A strong reply"),
    ("strong", "Another strong reply"),
    ("weak", "A weaker reply"),
)
STATES = {"draft": "a draft", "published": "in the library", "archived": "put away"}


def show(entry: Entry) -> None:
    """Shows the scenario to be written; whatever is typed is kept at once."""
    if st.button("Back to your clients"):
        state.edit(None)
        st.rerun()
    st.title(plain(entry.draft["title"]) or "A new client")
    published = bank.versions(resources.store(), entry.id)
    changed = bool(published) and _differs(entry, published[0])
    st.caption(
        f"This is {STATES[entry.state]}"
        + (f", version {entry.version}" if entry.version else "")
        + (", with changes that are not published yet" if changed else "")
        + ". What you write is kept as you go."
    )
    fields = _fields(entry)
    if fields != entry.draft:
        bank.save(resources.store(), visitor.current(), entry.id, fields, now())
        if len(fields["follow_ups"]) != len(entry.draft["follow_ups"]):
            state.lay_out_anew()  # with the further lines, or without them
            st.rerun()
        entry = bank.get(resources.store(), entry.id)
    st.header("As a trainee will see it", divider="gray")
    seen = drafts.preview(entry.id, entry.draft)
    if seen is not None:
        client.context(seen, goal=True)
        if resources.sound(seen.clip.id) is not None:
            client.listen(seen)
    _publish(entry, news=not published or _differs(entry, published[0]))
    if published:
        with st.expander(f"Versions ({len(published)})"):
            for one in published:
                st.markdown(f"**Version {one.number}**, {one.published_at.astimezone():%d %B %Y}")
                client.context(one.scenario, goal=True)


def _differs(entry: Entry, newest: bank.Version) -> bool:
    return drafts.scenario_of(entry.id, entry.draft) != newest.scenario


def _publish(entry: Entry, news: bool) -> None:
    st.header("Ready?", divider="gray")
    store, lines = resources.store(), resources.lines()
    faults = drafts.faults(store, entry.id, entry.draft, lines)
    if faults:
        st.markdown("Before it can be tried out or published:")
        block("<ul>" + "".join(f"<li>{safe(in_words(one))}</li>" for one in faults) + "</ul>")
    else:
        block(f'<p><a class="go" href="{state.link_to(entry.id, draft=True)}">Try it out</a></p>')
    onward, away = st.columns(2)
    label = f"Publish version {entry.version + 1}" if entry.version else "Publish"
    can = not faults and (news or entry.state == "archived")
    if onward.button(label, type="primary", width="stretch", disabled=not can):
        try:
            bank.publish(store, visitor.current(), entry.id, now(), lines)
        except BankError as exc:
            st.error(plain(str(exc)))
            return
        st.rerun()
    archived = entry.state == "archived"
    if away.button("Take it out again" if archived else "Put it away", width="stretch"):
        bank.shelve(store, visitor.current(), entry.id, now(), away=not archived)
        st.rerun()
    if entry.state == "published":
        st.success("It is in the library: trainees can practise with this client now.")
        block(
            f'<p><a class="go" href="{state.link_to(entry.id)}">Practise with this client</a></p>'
        )


def _fields(entry: Entry) -> dict[str, Any]:
    was = entry.draft
    made: dict[str, Any] = dict(was)
    st.header("The client", divider="gray")
    left, right = st.columns(2)
    made["client"] = {
        "name": text(entry, "client.name", left),
        "age": int(
            right.number_input(
                "Age", 16, 100, int(was["client"]["age"]), key=key(entry, "client.age")
            )
        ),
        "pronouns": text(entry, "client.pronouns", left),
        "presenting_problem": text(entry, "client.presenting_problem", right),
    }
    st.header("The moment", divider="gray")
    made["title"] = text(entry, "title", st, "A few of the client's own words")
    left, right = st.columns(2)
    made["challenge"] = _one(entry, "challenge", left, get_args(Challenge), client.CHALLENGES)
    made["phase"] = _one(entry, "phase", right, get_args(Phase), client.PHASES)
    made["difficulty"] = _one(entry, "difficulty", left, get_args(Difficulty), LEVELS)
    made["approach"] = _one(entry, "approach", right, get_args(Approach), APPROACHES)
    made["family"] = _family(entry)
    made["goal"] = text(entry, "goal", st, "to see her daughter swim")
    made["takeaway"] = text(
        entry, "takeaway", st, "on the day she walked to the pool her mood lifted"
    )
    made["activity"] = text(entry, "activity", st, "noting what she did and how it felt")
    made["context"] = text(
        entry, "context", st, "Session 3. You have just suggested a short diary.", long=True
    )
    st.header("The client's line", divider="gray")
    agreed = author_clip.agreed(entry)
    made["clip"] = author_clip.line(entry, "clip", agreed)
    made["follow_ups"] = author_turns.show(entry, agreed)
    st.header("What a good reply needs", divider="gray")
    made["learning_goal"] = text(entry, "learning_goal", st, "hear the refusal before the reason")
    names: dict[str, str] = {name: about.name for name, about in BEHAVIOURS.items()}
    made["expects"] = many(entry, "expects", LABELS["expects"], names)
    made["avoid"] = many(
        entry, "avoid", "What to look out for", {k: v.name for k, v in WATCH_OUTS.items()}
    )
    made["focus"] = _focus(entry)
    st.header("Examples", divider="gray")
    st.caption("Shown only after a trainee has tried. Two different strong ones teach the most.")
    made["examples"] = _examples(entry)
    named = "\n".join(was["sources"])
    sources = st.text_area(
        "Sources, one a line",
        named,
        key=key(entry, "sources"),
        height=80,
        max_chars=limit(named, PROSE_CHARS),
    )
    made["sources"] = [line.strip() for line in sources.splitlines() if line.strip()]
    return made


def _one(
    entry: Entry, field: str, where: Any, choices: Sequence[str], names: Mapping[str, str]
) -> str:
    label = {"challenge": "What makes it hard"}.get(field, field.capitalize())
    picked: str = where.selectbox(
        label,
        choices,
        index=choices.index(entry.draft[field]),
        format_func=lambda name: names[name],
        key=key(entry, field),
    )
    return picked


def _family(entry: Entry) -> str:
    members: dict[str, list[str]] = {}
    for one in resources.library().values():
        if one.id != entry.id:
            members.setdefault(one.family, []).append(one.client.name)
    own = entry.draft["family"] or entry.id
    choices = [own, *sorted(set(members) - {own})]
    picked: str = st.selectbox(
        "Parallel forms",
        choices,
        format_func=lambda name: (
            f"Like {', '.join(members[name])} ({name})" if name in members else "None yet"
        ),
        help="Clients of one family are alike in kind and difficulty, so that a later test can be"
        " taken with one that is new.",
        key=key(entry, "family"),
    )
    return picked


def _focus(entry: Entry) -> dict[str, int]:
    st.markdown("**What counts most** (0 says that this is not the task here)")
    return {
        name: col.slider(
            about.name, 0, 3, int(entry.draft["focus"][name]), key=key(entry, f"focus.{name}")
        )
        for (name, about), col in zip(DIMENSIONS.items(), st.columns(3), strict=True)
    }


def _examples(entry: Entry) -> list[dict[str, str]]:
    written = []
    left_over = list(entry.draft["examples"])
    for n, (level, label) in enumerate(EXAMPLES):
        was = next((one for one in left_over if one["level"] == level), None)
        if was is not None:
            left_over.remove(was)
        said, because = (was["text"], was["why"]) if was else ("", "")
        name = key(entry, f"example-{n}")
        most = limit(said, PROSE_CHARS)
        reply = st.text_area(label, said, key=name, height=100, max_chars=most)
        most = limit(because, PROSE_CHARS)
        why = st.text_input("Why", because, key=f"{name}-why", max_chars=most)
        if reply.strip() or why.strip():
            written.append({"level": level, "text": reply.strip(), "why": why.strip()})
    return written + left_over
