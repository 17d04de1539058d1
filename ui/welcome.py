"""The first minute: what this is and what to do, until a first reply has been made."""

from practice import assignments, attempts, checks
from practice.worker import now
from scenarios.models import Scenario
from ui import resources, state, visitor
from ui.style import block, card, safe


def asked(scenario: Scenario) -> None:
    """Says what an instructor asked for and is not done yet, and leads there first."""
    if not visitor.accounts_on() or state.after() is not None or state.trying_out():
        return
    store, library = resources.store(), resources.library()
    check = checks.current(store, state.person())
    if check is not None and scenario.id in check.scenarios:
        return
    for one in assignments.of_trainee(store, state.person(), now()):
        standing = assignments.standing(store, state.person(), one, now())
        left = [
            found.scenario for found in standing if not found.done and found.scenario in library
        ]
        if left:
            break
    else:
        return
    day = f"{one.plan.due_at.astimezone():%A %d %B}"
    due = f"by {day}" if one.plan.due_at >= now() else f"it was due on {day} and is still open"
    first = safe(library[left[0]].client.name)
    if scenario.id in left:
        here = f"{safe(scenario.client.name)}, here, is " + (
            "the one still to do." if len(left) == 1 else f"one of {len(left)} still to do."
        )
    else:
        here = (
            f'<a class="go" href="{safe(state.link_to(left[0]))}" target="_self">Begin with'
            f" {first}</a>"
        )
    block(
        card(
            f'<div class="eyebrow">Your instructor asked for “{safe(one.plan.title)}”, {due}</div>'
            f"<p>{here}</p>",
            "keep",
        )
    )


def show(scenario: Scenario) -> None:
    """Tells a newcomer what to do here; nothing once a reply of theirs is kept."""
    if attempts.newest(resources.store(), state.person(), 1):
        return
    name = safe(scenario.client.name)
    block(
        card(
            '<p class="name">Welcome to Between Sessions</p>'
            "<p>A place to practise talking with clients about what they might try between"
            " sessions, when the answer is a no, a doubt or a silence.</p>"
            f"<ol><li>Read who {name} is.</li><li>Play what {name} says.</li>"
            "<li>Answer out loud, as the therapist.</li>"
            "<li>See, in your own words, what was there, and one thing to try next.</li></ol>"
            '<p class="muted">The clients are made up, so nothing you say can hurt anyone. Your'
            f" replies stay on {visitor.place()}, and nothing here is a grade.</p>",
            "keep",
        )
    )
