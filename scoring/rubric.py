"""The rubric as data: behaviours, watch-outs and dimensions, what each is and why it matters.

Source: Ryum & Kazantzis (2024), doi:10.32872/cpe.12607; Kazantzis, Arntz, Borkovec, Holmes & Wade
(2010), doi:10.1375/bech.27.3.119. Informed by the areas that HAACS and HSTBS name; it is neither
scale and has no items of theirs.
"""

from dataclasses import dataclass

from scenarios.models import BehaviourId, DimensionId, WatchOutId

RUBRIC_VERSION = "1"


@dataclass(frozen=True)
class Behaviour:
    """Something a reply can do.

    Attributes:
        dimension: where it counts.
        name: what a trainee sees.
        does: completes "the reply…".
        sounds_like: one way of saying it, among many.
        keep: completes "you said …, which …".
        next_move: completes "Next time, …", with {name}, {activity}, {goal} … to be filled.
    """

    dimension: DimensionId
    name: str
    does: str
    sounds_like: str
    keep: str
    next_move: str


@dataclass(frozen=True)
class WatchOut:
    """Something in a reply that usually gets in the way.

    Attributes:
        name: what a trainee sees, kindly.
        does: completes "the reply…".
        advice: what to try in its place.
        next_move: as in `Behaviour`.
    """

    name: str
    does: str
    advice: str
    next_move: str


@dataclass(frozen=True)
class Dimension:
    """One of the three things a reply is scored on; ``anchors[n]`` describes a score of n."""

    name: str
    anchors: tuple[str, str, str, str, str]


DIMENSIONS: dict[DimensionId, Dimension] = {
    "rationale": Dimension(
        "Rationale",
        (
            "no reason given, or one that works against the activity",
            "a vague reason (“it’ll help”)",
            "one clear but general reason",
            "a clear reason tied to this client’s goal or session",
            "tied to this client, says how it helps, framed as learning or checked with them",
        ),
    ),
    "collaboration": Dimension(
        "Collaboration",
        (
            "controls, blames or passes over what the client said",
            "mostly telling, with a passing question or echo",
            "some listening or one real question, the therapist still leads",
            "hears the client and invites their view or choice",
            "joint work: hears them, invites their ideas or feedback, leaves real choice",
        ),
    ),
    "obstacles": Dimension(
        "Obstacle handling",
        (
            "passes over the obstacle, blames, or gives up",
            "notices it, then moves past it or goes to a ready-made fix",
            "explores or adapts, in general terms",
            "explores this obstacle without blame and starts to adapt or plan",
            "explores it, normalises or owns a part, and settles a fitting step; in a rupture,"
            " opens the concern between the two and stays with it",
        ),
    ),
}

BEHAVIOURS: dict[BehaviourId, Behaviour] = {
    "goal_link": Behaviour(
        "rationale",
        "Links to their goal",
        "ties the activity to what this client wants, values or came for",
        "You said you want to be at her games again. I wonder if this is a step towards that.",
        "ties it to what {name} came for",
        "say how this might serve what {name} wants: {goal}",
    ),
    "session_link": Behaviour(
        "rationale",
        "Links to the session",
        "ties it to something found, felt or practised in this session or the last",
        "Earlier you noticed the worry drop when you got up and moved.",
        "starts from something {name} has already found out",
        "start from what {name} has already found: {takeaway}",
    ),
    "how_it_helps": Behaviour(
        "rationale",
        "Says how it may help",
        "says how or why it may help, not only what to do",
        "Writing it down catches the thought while it’s fresh, so we can look at it together.",
        "says why it might help, and not only what to do",
        "say in one plain sentence how this could help {name}, before what to do",
    ),
    "learning_frame": Behaviour(
        "rationale",
        "Frames it as learning",
        "frames it as an experiment or a chance to learn, whatever happens",
        "Whatever happens, even if it doesn’t go to plan, we find something out.",
        "makes any outcome useful, so that {name} cannot get it wrong",
        "offer it as finding out, so that {name} cannot get it wrong whatever happens",
    ),
    "checks_fit": Behaviour(
        "rationale",
        "Checks that the reason fits",
        "asks whether the reason makes sense or fits for the client",
        "Does that make sense to you, or does it sound off?",
        "asks {name} whether the reason fits",
        "after the reason, ask {name} whether it makes sense or sounds off",
    ),
    "open_question": Behaviour(
        "collaboration",
        "Asks an open question",
        "asks an open or Socratic question that invites the client’s own view",
        "What was going through your mind when you looked at the sheet?",
        "opens the door to {name}’s own view",
        "ask {name} one open question, one that starts with what or how, and then wait",
    ),
    "reflection": Behaviour(
        "collaboration",
        "Reflects what was said",
        "reflects or validates what the client said, felt or meant",
        "So part of you wanted to, and part of you thought, what’s the point.",
        "shows {name} that you heard",
        "begin by saying back, in your own words, what you heard in “{line}”",
    ),
    "client_ideas": Behaviour(
        "collaboration",
        "Invites their ideas",
        "invites the client to shape, choose or come up with the activity",
        "What would feel worth trying, to you?",
        "lets {name} shape what happens next",
        "ask {name} what would be worth trying, and let it replace your idea if need be",
    ),
    "choice": Behaviour(
        "collaboration",
        "Offers real choice",
        "offers real choice, asks permission, or words it so the client can decline",
        "We could try that, or something else, or leave it for now.",
        "leaves {name} really free to say no",
        "give {name} at least two ways forward, one of them being to leave it for now",
    ),
    "invites_feedback": Behaviour(
        "collaboration",
        "Invites feedback",
        "invites reactions to the activity, the therapist or the therapy, unwelcome ones too",
        "If I’ve been pushing too hard I’d really like to hear it.",
        "makes it safe for {name} to be unhappy with you",
        "tell {name} you would want to hear it if something about this, or about you, is off",
    ),
    "explores_barrier": Behaviour(
        "obstacles",
        "Explores the obstacle",
        "asks about or names with curiosity what got or could get in the way",
        "What made it hard to start on Tuesday night?",
        "is curious about what makes it hard, or possible, for {name}",
        "ask {name} what makes it hard, and stay with the answer before mending anything",
    ),
    "normalises": Behaviour(
        "obstacles",
        "Makes it understandable",
        "makes the difficulty understandable, without blame",
        "Lots of people find the first one the hardest.",
        "takes some of the blame out of it for {name}",
        "say why anyone in {name}’s place might find this hard",
    ),
    "right_sizes": Behaviour(
        "obstacles",
        "Makes it the right size",
        "makes it smaller, graded, easier or otherwise fitted to the client",
        "What about two minutes rather than the whole form?",
        "brings it nearer to a size that {name} could manage",
        "shrink it together: ask {name} what half of “{activity}” would look like, or a tenth",
    ),
    "specifics": Behaviour(
        "obstacles",
        "Settles when and where",
        "settles when, where, how long, how often or with whom",
        "Say Wednesday after dinner, at the kitchen table?",
        "makes it definite enough to happen in an ordinary week",
        "work out with {name} one time and one place for it",
    ),
    "coping_plan": Behaviour(
        "obstacles",
        "Plans for the obstacle",
        "plans for the obstacle: if-then, cue, reminder, rehearsal, confidence 0 to 100",
        "If the dread shows up, what could you do then?",
        "plans for the moment when it gets hard",
        "ask {name} what could help at the moment it gets hard, and run through it together now",
    ),
    "owns_part": Behaviour(
        "obstacles",
        "Owns a part",
        "owns the therapist’s part, or names what is happening between the two of them",
        "I think I rushed us into that last week. That’s on me.",
        "owns your side of what happened between you",
        "say what your own part may have been, in one plain sentence, with no defence after it",
    ),
}

WATCH_OUTS: dict[WatchOutId, WatchOut] = {
    "blames": WatchOut(
        "This may land as blame",
        "criticises, shames, or shows disappointment in the client",
        "Even a hint of disappointment can confirm what a client fears. Start from your own part.",
        "leave out what may sound like blame, and start from your own part",
    ),
    "directs": WatchOut(
        "This may tell more than it asks",
        "lectures or tells the client what they have to do, without asking",
        "What is set from above seldom gets done. Try turning it into a question.",
        "turn what you told {name} to do into a question",
    ),
    "pressures": WatchOut(
        "This may feel like pressure",
        "argues with the reluctance, warns of consequences, or guilt-trips",
        "Pushing against reluctance usually feeds it. Try saying the reluctance back instead.",
        "say {name}’s reluctance back, as fairly as you can, where you argued with it",
    ),
    "gives_up": WatchOut(
        "This may let it go too soon",
        "drops the activity or changes the subject without exploring",
        "Letting go can be kind, but it can also close a door. Ask first what makes it hard.",
        "before letting it go, ask {name} what it is about it that does not work",
    ),
    "dismisses": WatchOut(
        "This may make it sound small",
        "minimises the difficulty or reassures it away",
        "Quick reassurance can leave someone alone with it. Try saying how hard it is first.",
        "say how hard this is for {name} where you reassured it away",
    ),
    "says_homework": WatchOut(
        "The word “homework”",
        "uses the word “homework” for the activity",
        "For many people the word brings back school. “Something to try” or “plan” does as well.",
        "find another word for it: something to try, a practice, a plan",
    ),
}
