"""The moves that feedback offers and why they matter, in a vignette's own terms."""

from scenarios.models import BehaviourId, Challenge, WatchOutId

# What usually serves where a watch-out was.
INSTEAD: dict[WatchOutId, BehaviourId] = {
    "blames": "owns_part",
    "pressures": "reflection",
    "directs": "client_ideas",
    "dismisses": "normalises",
    "gives_up": "explores_barrier",
}
# A move that comes naturally after another one is placed there, in the trainee's own words.
FOLLOWS: dict[BehaviourId, tuple[BehaviourId, ...]] = {
    "checks_fit": ("how_it_helps", "goal_link", "session_link"),
    "learning_frame": ("right_sizes", "how_it_helps", "client_ideas"),
    "specifics": ("right_sizes", "client_ideas", "choice"),
    "coping_plan": ("specifics", "right_sizes", "client_ideas"),
    "right_sizes": ("explores_barrier", "normalises", "reflection"),
    "how_it_helps": ("reflection", "goal_link", "session_link"),
    "choice": ("right_sizes", "how_it_helps", "specifics"),
}
# The next move for each behaviour, in this vignette's own terms.
MOVES: dict[BehaviourId, str] = {
    "goal_link": "say how {activity} might serve what {name} wants: {goal}",
    "session_link": "start from what is already there: {takeaway}",
    "how_it_helps": "say in one plain sentence how {activity} could help towards this: {goal}",
    "learning_frame": "offer {activity} as finding out, so that {name} cannot get it wrong",
    "checks_fit": "ask {name} whether the reason for {activity} makes sense or sounds off",
    "open_question": "ask {name} one what or how question about “{line}”, and wait",
    "reflection": "say back, in your own words, what you heard in “{line}”",
    "client_ideas": "ask {name} what would be worth trying, and let it replace {activity}",
    "choice": "give {name} a second way besides {activity}, and leaving it for now as a third",
    "invites_feedback": "tell {name} you would like to hear more of “{line}”, about you as well",
    "explores_barrier": "ask {name} what lies behind “{line}”, and mend nothing yet",
    "normalises": "say what makes “{line}” an understandable thing to feel",
    "right_sizes": "ask {name} what half of {activity} would look like, or a tenth",
    "specifics": "work out with {name} one time and one place for a first go at {activity}",
    "coping_plan": "ask {name} what would help if “{line}” comes up again, and run through it now",
    "owns_part": "say what your own part in “{line}” may be, with no defence after it",
}
# Why it matters for this client: what this kind of moment asks of whoever answers.
NEEDS: dict[Challenge, str] = {
    "refusal": "{name} has just said no, and listens now for whether the no was heard",
    "nonengagement_rupture": "what {name} says may be about the two of you as much as about the"
    " task, so being heard comes before anything else",
    "too_challenging": "it looks too big to {name} just now, and only {name} can say where it stops"
    " being so",
    "irrelevant": "{name} cannot see yet what it has to do with the problem, and a link that is"
    " theirs holds better than one of yours",
    "practical_barrier": "something real stands in {name}’s way, and only a plan that fits it will"
    " last the week",
    "the_word": "the word has brought back being set tasks and marked, so this has to become"
    " something {name} owns",
    "perfectionism": "{name} measures this against doing it right, so it has to become something"
    " that cannot be done wrong",
    "hopelessness": "{name} expects nothing to help; arguing for hope seldom does, and being met in"
    " it may",
    "overcompliance": "{name} says yes easily, so what is missing is a safe way to say no",
    "partial": "{name} did a part of it, and the part shows what made it possible",
}
