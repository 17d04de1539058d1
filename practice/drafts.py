"""A scenario as it is being written: its blank page, its id, what is still to be mended in it."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from practice import media
from practice.store import Store
from scenarios.load import faults as field_faults
from scenarios.models import Scenario

LONGEST_ID = 50  # leaves room in a scenario's 60 for "-2", "-3"…
BLANK: dict[str, Any] = {
    "title": "",
    "challenge": "refusal",
    "phase": "design",
    "difficulty": "beginner",
    "approach": "cognitive-behavioural",
    "family": "",
    "client": {"name": "", "age": 40, "pronouns": "they/them", "presenting_problem": ""},
    "goal": "",
    "takeaway": "",
    "activity": "",
    "context": "",
    "clip": {"id": "", "transcript": "", "tone": ""},
    "learning_goal": "",
    "expects": [],
    "avoid": [],
    "focus": {"rationale": 1, "collaboration": 2, "obstacles": 2},
    "examples": [],
    "follow_ups": [],
    "sources": [],
}

# What a client may say next, to begin from: the conditions that the shipped clients have most.
NEXT_LINES: list[dict[str, Any]] = [
    {
        "stance": stance,
        "when_all": when_all,
        "when_any": when_any,
        "clip": {"id": "", "transcript": "", "tone": ""},
    }
    for stance, when_all, when_any in (
        ("pushes_harder", [], ["pressures", "directs", "blames", "dismisses"]),
        ("opens", ["reflection"], ["open_question", "client_ideas", "choice"]),
        ("holds_back", [], []),
    )
]


def slug(title: str) -> str:
    """Returns a title as an id: small letters, digits and hyphens; "scenario" if none are left."""
    plain = unicodedata.normalize("NFKD", title.replace("’", "").replace("'", ""))
    plain = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_ID].strip("-") or "scenario"


def free_id(title: str, taken: Collection[str]) -> str:
    """Returns an id for a title that is not among those taken."""
    wanted = slug(title)
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


def faults(
    store: Store, scenario_id: str, fields: Mapping[str, Any], lines: Mapping[str, str]
) -> list[str]:
    """Returns what has to be mended before a draft can be published, a sentence each.

    Args:
        store: the data folder.
        scenario_id: the scenario's id.
        fields: the rest of it, as written.
        lines: the line said in each shipped clip, by clip id.
    """
    said = field_faults({**fields, "id": scenario_id})
    found = [one for one in said if 'clip.id"' not in one.split(" ", 2)[1]]
    lines_here = [("clip", "The client", fields["clip"])]
    for n, one in enumerate(fields["follow_ups"], start=1):
        lines_here.append((f"follow_ups.{n}.clip", f"The client's next line {n}", one["clip"]))
    for field, who, clip in lines_here:
        if clip["id"] in lines:
            if lines[clip["id"]] != clip["transcript"].strip():
                found.append(
                    f'field "{field}.transcript" is not the line said in the clip'
                    f' ("{lines[clip["id"]]}"); put those words back, or record the new line.'
                )
        elif not clip["id"] or media.sound_path(store, clip["id"]) is None:
            found.append(f"{who} cannot be heard yet; record the line or choose a file of it.")
    return found


def scenario_of(scenario_id: str, fields: Mapping[str, Any]) -> Scenario | None:
    """Returns the draft as a scenario, or ``None`` while it is not whole."""
    whole = {**fields, "id": scenario_id}
    return None if field_faults(whole) else Scenario.model_validate(whole)


def preview(scenario_id: str, fields: Mapping[str, Any]) -> Scenario | None:
    """Returns the draft as a trainee would see it, "…" standing for what is not written yet.

    ``None`` if something in it is more than unwritten, such as a text that is too long.
    """
    shown = {name: _dotted(value) for name, value in fields.items()}
    clip = {**shown["clip"], "id": fields["clip"]["id"] or scenario_id}
    unwritten: dict[str, Any] = {
        "examples": [],
        "follow_ups": [],
        "sources": [],
        "family": fields["family"] or scenario_id,
    }
    expects = fields["expects"] or ["reflection"]
    return scenario_of(scenario_id, {**shown, **unwritten, "clip": clip, "expects": expects})


def _dotted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _dotted(part) for name, part in value.items()}
    return "…" if isinstance(value, str) and not value.strip() else value
