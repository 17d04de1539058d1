"""The research export's columns, each with what it is: the codebook and the table from one list."""

from datetime import datetime
from typing import Any, get_args

from practice.attempts import Attempt
from scenarios.models import DimensionId, Scenario
from scoring.models import Score
from scoring.rubric import BEHAVIOURS, WATCH_OUTS
from speech.models import Transcript

DIMENSIONS: tuple[DimensionId, ...] = get_args(DimensionId)
MOVES: tuple[tuple[str, str, str], ...] = (
    *(("b", f"behaviour “{about.name}”", name) for name, about in BEHAVIOURS.items()),
    *(("w", f"watch-out “{about.name}”", name) for name, about in WATCH_OUTS.items()),
)
DELIVERY = {
    "time_to_first_word_s": "seconds from the start of the recording to the first word",
    "talk_time_s": "seconds of speech",
    "words_per_minute": "words a minute of speech",
    "n_fillers": "fillers heard; a lower bound, for Whisper leaves many out",
    "longest_pause_s": "the longest pause inside the reply, in seconds",
    "n_questions": "questions asked",
    "n_stacked_questions": "the longest run of questions asked one after another",
}
LOCAL = "written here"  # stands for clients of the place's own, whose names could tell the place

COLUMNS: dict[str, str] = {
    "person": "a random name, drawn for this export alone; another export has others",
    "reply": "the reply's name in this export",
    "n": "the person's how many-th reply in this export, by time",
    "day": "whole days since the person's first reply in this export",
    "retry_of": "n of the reply this one tries to better; empty if none, or not in this export",
    "second_turn_of": "n of the reply that the client answered; likewise",
    "scenario": f'the client\'s id, or "{LOCAL}" for one that does not come with the program',
    "challenge": "what makes it hard",
    "phase": "design, planning or review",
    "difficulty": "beginner, intermediate or advanced",
    "approach": "the therapy's approach",
    "spoken": "true if it was recorded, false if it was typed",
    "status": "scored or unscored",
    "reason": "why it is unscored",
    "model_version": "which version of the machine scored it",
    "engine": "which engine wrote it down, and with which model",
    **{
        f"{name}{part}": f"machine score for {name}, 0 to 4{about}; empty if unscored"
        for name in DIMENSIONS
        for part, about in (("", ""), ("_low", ", lower end"), ("_high", ", upper end"))
    },
    "overall": "machine score over the three, weighted by the client's focus",
    **{f"self_{name}": f"own rating for {name} before the score, 0 to 4" for name in DIMENSIONS},
    "reaction": "too_easy, good_challenge or too_hard, as the person said",
    **{
        f"{kind}_{name}{part}": f"{what}: {says}"
        for kind, what, name in MOVES
        for part, says in (("", "whether the machine found it"), ("_p", "how sure, 0 to 1"))
    },
    **{name: f"delivery, measured and not rated: {about}" for name, about in DELIVERY.items()},
    "n_words": "words in the reply",
    "words": "the reply's words, names known at the place masked as [name]",
    "recording": "the recording's file in this export; empty unless the person agreed to that too",
}


def of_reply(
    attempt: Attempt,
    scenario: Scenario,
    score: Score | None,
    transcript: Transcript | None,
    *,
    is_shipped: bool,
) -> dict[str, Any]:
    """Returns what a reply's own records say; the rest of its columns are filled by the export."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "scenario": scenario.id if is_shipped else LOCAL,
        "challenge": scenario.challenge,
        "phase": scenario.phase,
        "difficulty": scenario.difficulty,
        "approach": scenario.approach,
        "spoken": attempt.recording is not None,
        "status": attempt.state,
        "reason": attempt.reason,
    }
    if score is not None:
        row |= {"model_version": score.model_version, "overall": score.overall}
        for name, value in score.dimensions.items():
            row |= {name: value.score, f"{name}_low": value.low, f"{name}_high": value.high}
        for kind, found in (("b", score.behaviours), ("w", score.watch_outs)):
            for one, detected in found.items():
                row[f"{kind}_{one}"] = detected.present
                row[f"{kind}_{one}_p"] = detected.probability
    if transcript is not None:
        row["engine"] = f"{transcript.engine} {transcript.model}"
        row["n_words"] = transcript.delivery.n_words
        row |= {name: getattr(transcript.delivery, name) for name in DELIVERY}
    elif attempt.typed is not None:
        row["n_words"] = len(attempt.typed.split())
    return row


def readme(export_id: str, at: datetime, n_people: int, n_replies: int, n_recordings: int) -> str:
    """Returns the export's README: what is in it, what is not, and every column."""
    columns = "\n".join(f"  {name:28}{about}" for name, about in COLUMNS.items())
    return f"""Research export {export_id} of Between Sessions, {at:%d %B %Y}

{n_people} people, {n_replies} replies, {n_recordings} recordings.

replies.csv    one line a reply; a text that a spreadsheet would run as a formula begins with '
replies.jsonl  the same, one JSON object a line
recordings/    only where recordings were asked for, and only of those who agreed to that too

WHO IS IN IT. Only people who agreed to research and had not taken it back when this was made, and
only what they said since they agreed. Each of them can read in their access log that it was made.

WHAT IS NOT IN IT. No names, cohorts, dates, supervisors' ratings, notes, comments, reflections or
plans. The random names cannot be led back to anybody here either: they are written down nowhere.
So nobody can be taken out of this file later; when somebody takes their consent back, the next
export is without them. Please make a new one rather than keep an old one.

WHAT CAN STILL TELL WHO SOMEBODY IS. Names known at the place, addresses of mail and long numbers
are masked in the words. Nothing else is: a town, a workplace, a turn of phrase can tell. A voice
is recognised by whoever knows it, and no masking helps. So keep this file as you keep personal
data, do not publish the words or the recordings, and do not join it with anything that has names.

THE SCORES are a machine's, with the doubt they have; they are no grade. See the model card.

COLUMNS
{columns}
"""
