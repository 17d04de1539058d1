"""What a scenario is made of.

The ids of behaviours, watch-outs and dimensions live here because scenario files use them;
what each one *means* is in ``scoring/rubric.py``, and a test holds the two lists equal.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

DimensionId = Literal["rationale", "collaboration", "obstacles"]
BehaviourId = Literal[
    "goal_link",
    "session_link",
    "how_it_helps",
    "learning_frame",
    "checks_fit",
    "open_question",
    "reflection",
    "client_ideas",
    "choice",
    "invites_feedback",
    "explores_barrier",
    "normalises",
    "right_sizes",
    "specifics",
    "coping_plan",
    "owns_part",
]
WatchOutId = Literal["blames", "directs", "pressures", "gives_up", "dismisses", "says_homework"]
Challenge = Literal[
    "refusal",
    "nonengagement_rupture",
    "too_challenging",
    "irrelevant",
    "practical_barrier",
    "the_word",
    "perfectionism",
    "hopelessness",
    "overcompliance",
    "partial",
]
Phase = Literal["design", "planning", "review"]
Difficulty = Literal["beginner", "intermediate", "advanced"]
Stance = Literal["opens", "holds_back", "pushes_harder"]
Approach = Literal["cognitive-behavioural", "psychodynamic", "humanistic-experiential"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
LINE_CHARS, PROSE_CHARS = 300, 2000
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE_CHARS)]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=PROSE_CHARS)
]


class Frozen(BaseModel):
    """A boundary value: unknown fields are refused, and nothing changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Client(Frozen):
    """The standardized client, as the trainee reads of them."""

    name: Line
    age: int = Field(ge=16, le=100)
    pronouns: Line
    presenting_problem: Line


class ClipReference(Frozen):
    """Which clip the client is heard in, the words said, and how they are said."""

    id: Slug
    transcript: Prose
    tone: Line


class Focus(Frozen):
    """Weights of the overall score; 0 says the dimension is not the task here."""

    rationale: int = Field(ge=0, le=3)
    collaboration: int = Field(ge=0, le=3)
    obstacles: int = Field(ge=0, le=3)

    @model_validator(mode="after")
    def _some_weight(self) -> "Focus":
        if not (self.rationale or self.collaboration or self.obstacles):
            raise ValueError("at least one dimension needs a weight above 0")
        return self


class Example(Frozen):
    """A reply someone might give, with the reason it works or does not; hidden until tried."""

    level: Literal["strong", "weak"]
    text: Prose
    why: Prose


class FollowUp(Frozen):
    """What the client may say next, depending on what the reply did; see `scenarios.follow_up`.

    ``when_all`` and ``when_any`` name behaviours and watch-outs of the reply: all of the first,
    and at least one of the second where there are any. With neither it is the line for whatever
    is left.
    """

    stance: Stance
    when_all: tuple[BehaviourId | WatchOutId, ...] = ()
    when_any: tuple[BehaviourId | WatchOutId, ...] = ()
    clip: ClipReference


class Scenario(Frozen):
    """One vignette: a client, a moment, a clip, and what a good reply needs there."""

    id: Slug
    title: Line
    challenge: Challenge
    phase: Phase
    difficulty: Difficulty
    approach: Approach
    family: Slug
    client: Client
    goal: Line
    takeaway: Line
    activity: Line
    context: Prose
    clip: ClipReference
    learning_goal: Line
    expects: tuple[BehaviourId, ...] = Field(min_length=1)
    avoid: tuple[WatchOutId, ...] = ()
    focus: Focus
    examples: tuple[Example, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    sources: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _every_reply_is_followed_up(self) -> "Scenario":
        conditions = [bool(one.when_all or one.when_any) for one in self.follow_ups]
        if conditions and (conditions[-1] or not all(conditions[:-1])):
            raise ValueError(
                "the last of follow_ups needs no when_all or when_any, and every other needs one"
            )
        return self

    @property
    def clips(self) -> tuple[ClipReference, ...]:
        """Every clip of the client: the first line, then the follow-ups."""
        return (self.clip, *(one.clip for one in self.follow_ups))


class ScenarioSet(Frozen):
    """Scenarios to be practised together, in order, by id."""

    id: Slug
    title: Line
    description: Prose
    scenarios: tuple[Slug, ...] = Field(min_length=1)
