"""The second turn of a scenario: the client's next line, and the reply to it."""

from practice import attempts, outcomes
from practice.attempts import Attempt
from practice.store import Store
from scenarios.follow_up import follow_up
from scenarios.models import Scenario
from scoring.models import Score


def shown(score: Score) -> frozenset[str]:
    """Returns the ids of the behaviours and watch-outs that were found in a reply."""
    seen = [*score.behaviours.items(), *score.watch_outs.items()]
    return frozenset(name for name, found in seen if found.present)


def next_turn(store: Store, first: Attempt) -> Scenario | None:
    """Returns the scenario with the client's next line for its clip: what a second reply answers.

    Args:
        store: the data folder.
        first: the attempt that the client answers.

    Returns:
        ``None`` where there is nothing to hear next: the scenario has one turn, this was already
        the second, or the first reply has no score to choose the line by.
    """
    score = outcomes.score_of(store, first)
    if first.after is not None or score is None or score.status != "scored":
        return None
    scenario = attempts.scenario_answered(store, first)
    chosen = follow_up(scenario, shown(score))
    if chosen is None:
        return None
    return scenario.model_copy(update={"clip": chosen.clip, "follow_ups": ()})
