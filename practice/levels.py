"""Harder, the same, or easier: from how a reply went *and* how the trainee found it."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from practice.selfview import Reaction
from scenarios.models import Difficulty

Move = Literal["up", "hold", "down"]
Grade = Literal["strong", "middling", "thin"]  # how a try went; a word for the rules, never shown
LEVELS: tuple[Difficulty, ...] = get_args(Difficulty)

# Of 4, on the scenario's own weighting. 3 is "a clear reason tied to this client", "hears the
# client and invites their view", "explores the particular obstacle"; the machine draws its
# estimates towards the middle, so what it calls 2.75 a person usually calls 3.
STRONG = 2.75
THIN = 1.5  # nearer to "vague, mostly telling" than to "one clear general reason"
RUNNING = 2  # how many of a kind in a row weigh as much as the trainee's own word


class Standing(BaseModel):
    """The level someone works at, and how many of a kind there have been in a row there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Difficulty = "beginner"
    n_strong: int = 0
    n_thin: int = 0
    n_retests: int = 0  # how many re-tests in a row
    last_scenario: str | None = None
    last_challenge: str | None = None
    met: frozenset[str] = frozenset()  # challenges in which a strong try has been made


def grade(overall: float) -> Grade:
    """Returns how an overall score, 0 to 4, went."""
    return "strong" if overall >= STRONG else "thin" if overall < THIN else "middling"


def judge(
    standing: Standing, difficulty: Difficulty, first: float, best: float, reaction: Reaction | None
) -> tuple[Standing, Move, str]:
    """Returns the standing after one occasion, which way the level moved, and why.

    Up needs a strong *first* try, which shows what is there before feedback; down needs that
    trying again did not help either. The trainee's word decides the rest: "too easy" or "too
    hard" moves at once, "good challenge" holds until there have been two of a kind in a row.
    A strong try called too hard holds, and so does a thin one called too easy: the two disagree.
    A client easier than the level says nothing for going up, a harder one nothing for going down.

    Source: domain.md, rule 5 (difficulty follows performance and reaction); the three reactions
    are those of deliberate practice: Rousmaniere (2016), Deliberate Practice for
    Psychotherapists, Routledge.

    Args:
        standing: before the occasion.
        difficulty: of the client met.
        first: overall score of the first try.
        best: the best overall score of the occasion's tries.
        reaction: what the trainee said of it, or ``None``.
    """
    at = LEVELS.index(standing.level)
    met_at = LEVELS.index(difficulty)
    strong, thin = grade(first) == "strong", grade(best) == "thin"
    n_strong = standing.n_strong + 1 if strong and met_at >= at else 0
    n_thin = standing.n_thin + 1 if thin and met_at <= at else 0
    if strong and met_at < at:
        n_strong = standing.n_strong  # an easier client neither adds nor takes away
    if thin and met_at > at:
        n_thin = standing.n_thin
    easy, hard = reaction == "too_easy", reaction == "too_hard"
    move: Move = "hold"
    if n_strong and met_at >= at and not hard and (easy or n_strong >= RUNNING):
        move, because = "up", _up(easy)
    elif n_thin and met_at <= at and not easy and (hard or n_thin >= RUNNING):
        move, because = "down", _down(hard)
    elif strong and hard:
        because = "it went well and cost a lot, so the level stays until it feels steadier"
    elif thin and easy:
        because = "it felt easy and there was little of it in the words, so the level stays"
    else:
        because = "it is a good challenge as it is"
    to = max(0, min(len(LEVELS) - 1, at + {"up": 1, "hold": 0, "down": -1}[move]))
    if to == at and move != "hold":
        edge = "the hardest there is" if move == "up" else "where one starts"
        move, because = "hold", f"this level is already {edge}"
    moved = move != "hold"
    after = standing.model_copy(
        update={
            "level": LEVELS[to],
            "n_strong": 0 if moved else n_strong,
            "n_thin": 0 if moved else n_thin,
        }
    )
    return after, move, because


def _up(easy: bool) -> str:
    return "it went well and felt easy" if easy else "two in a row went well"


def _down(hard: bool) -> str:
    if hard:
        return "it was too hard just now, and an easier client is better practice"
    return "two in a row were hard going, and an easier client is better practice"
