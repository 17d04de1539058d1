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
# Where the same words do both: what to keep of them and what to leave out.
HALVES: dict[WatchOutId, str] = {
    "blames": "keep the half of it that owns your part, and leave out the half that puts it on"
    " {name}",
    "pressures": "keep the half of it that hears, and leave out the half that pushes",
    "directs": "keep the half of it that asks, and leave out the half that tells {name} what to do",
    "dismisses": "keep the half of it that makes room for this, and leave out the half that makes"
    " it smaller or better",
    "gives_up": "keep the question, and stay for {name}’s answer before you let this go:"
    " {activity}",
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
    "goal_link": "say how {activity} might help with what {name} wants: {goal}",
    "session_link": "start from what has already been found: {takeaway}",
    "how_it_helps": "say in one plain sentence how {activity} could help with this: {goal}",
    "learning_frame": "offer {activity} as a way to find something out, so that {name} cannot get"
    " it wrong",
    "checks_fit": "ask {name} whether the reason for {activity} makes sense or sounds off",
    "open_question": "ask {name} one question about “{line}” that begins with what or how, and"
    " wait",
    "reflection": "say back in your own words what you heard in “{line}”",
    "client_ideas": "ask {name} what would feel worth trying: {activity}, or something else",
    "choice": "offer {name} a real choice: {activity}, something else, or nothing for now",
    "invites_feedback": "tell {name} you would like to hear more about “{line}”, even if it is"
    " about you",
    "explores_barrier": "ask {name} what lies behind “{line}”, before you try to put anything"
    " right",
    "normalises": "put into words why anyone in {name}’s place might say “{line}”",
    "right_sizes": "ask {name} what a half, or a tenth, of this would look like: {activity}",
    "specifics": "work out with {name} one time and one place for a first go at this: {activity}",
    "coping_plan": "ask {name} what could help if it comes to “{line}” again, and run through it"
    " together now",
    "owns_part": "after “{line}”, say what your own part in it may be, and leave it there",
}
# Why it matters for this client: what this kind of moment asks of whoever answers.
NEEDS: dict[Challenge, str] = {
    "refusal": "{name} has just said no, and is listening now for whether you heard it",
    "nonengagement_rupture": "what {name} says may be about the two of you as much as about the"
    " task, so being heard comes before anything else",
    "too_challenging": "this looks too big to {name} just now, and only {name} can say what would"
    " feel possible",
    "irrelevant": "{name} cannot see yet what this has to do with the problem, and a link that"
    " {name} makes will hold better than one of yours",
    "practical_barrier": "something real stands in {name}’s way, and only a plan that allows for it"
    " will last the week",
    "the_word": "for {name} this has brought back being set tasks and judged, so it needs to"
    " become something of {name}’s own",
    "perfectionism": "{name} wants to get this right, so it needs to become something that cannot"
    " be done wrong",
    "hopelessness": "{name} expects nothing to help; arguing for hope seldom does, and being"
    " understood may",
    "overcompliance": "{name} says yes easily, so what is missing is a safe way to say no",
    "partial": "{name} did part of it, and that part can show what made it possible",
}
