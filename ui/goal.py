"""The goal of a second try: the one move of the advice, in a sentence to keep in mind."""

import re

GOAL_WORDS = 25  # what can be kept in mind while speaking
MOST_WORDS = 32
QUOTE_WORDS = 5  # of a quotation within a goal that is too long
ASKED = re.compile(r"did you (.+)\?$")
DETAIL = re.compile("((?:“[^”]*”|[^“:])+): ")
POINTS_BACK = re.compile("^(?:in its place|before that), ")  # at words that now stand under why
NEXT, THIS = "Next time, ", "This time, "


def of_change(change: str) -> tuple[str, str]:
    """Returns (the goal, why) of an advice as `scoring.feedback.change` words it.

    The goal is its one move, in about `GOAL_WORDS` words; all else of the advice is why. Where the
    move itself had to be shortened, why is the whole advice, so that no word is lost.
    """
    said = sentences(change)
    move = next((one for one in said if one.startswith(NEXT)), None)
    asked = next((found for one in said if (found := ASKED.search(one))), None)
    if move is not None:
        whole = THIS + POINTS_BACK.sub("", move.removeprefix(NEXT))
        why = [one for one in said if one != move]
    elif NEXT in change:  # a quotation that was never closed hides where the sentence begins
        before, _, rest = change.rpartition(NEXT)
        whole, why = THIS + rest, [before.strip()]
    elif asked is not None:
        whole, why = f"{THIS}{asked[1]}.", said
    else:
        whole, why = said[-1], said[:-1]
    goal = shortened(whole)
    return goal, change if goal != whole else " ".join(why)


def sentences(text: str) -> list[str]:
    """Returns the sentences of a text; a full stop within a quotation ends none."""
    found, begun, depth = [], 0, 0
    for i, sign in enumerate(text):
        depth += {"“": 1, "”": -1}.get(sign, 0)
        if depth <= 0 and sign in ".?!" and text[i + 1 : i + 2] in ("", " "):
            found.append(text[begun : i + 1].strip())
            begun = i + 1
    return [one for one in [*found, text[begun:].strip()] if one]


def shortened(goal: str) -> str:
    """Returns a goal of about `GOAL_WORDS` words: without many quoted words, then without detail.

    The detail is what a move says after its colon, such as the activity; it stands under why.
    """
    if len(goal.split()) <= GOAL_WORDS:
        return goal
    goal = re.sub(rf"^({THIS})(?:after|before) “[^”]*”, ", r"\1", goal)
    if len(goal.split()) > GOAL_WORDS:
        goal = re.sub("“([^”]*)”", _few, goal)
    if len(goal.split()) > GOAL_WORDS and (found := DETAIL.match(goal)):
        goal = f"{found[1]}."
    if len(goal.split()) <= MOST_WORDS:  # a whole sentence is worth a few words more
        return goal
    return " ".join(goal.split()[:GOAL_WORDS]).rstrip(",;:.") + "…"


def _few(quoted: re.Match[str]) -> str:
    words = quoted[1].split()
    few = " ".join(words[:QUOTE_WORDS]).rstrip(".,;:")
    return f"“{few}…”" if len(words) > QUOTE_WORDS else quoted[0]
