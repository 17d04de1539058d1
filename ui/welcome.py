"""The first minute: what this is and what to do, until a first reply has been made."""

from practice import attempts
from scenarios.models import Scenario
from ui import resources, state, visitor
from ui.style import block, card, safe


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
