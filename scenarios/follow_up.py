"""Which of a scenario's second lines a reply gets, so that two turns stay standardized."""

from collections.abc import Set as AbstractSet

from scenarios.models import FollowUp, Scenario


def follow_up(scenario: Scenario, shown: AbstractSet[str]) -> FollowUp | None:
    """Returns the client's next line, or ``None`` if the scenario has one turn.

    Args:
        scenario: the scenario as it was answered.
        shown: ids of the behaviours and watch-outs that were found in the reply.

    Returns:
        the first of the scenario's follow-ups whose conditions the reply meets; the last has none.
    """
    for one in scenario.follow_ups:
        if set(one.when_all) <= shown and (not one.when_any or shown & set(one.when_any)):
            return one
    return None
