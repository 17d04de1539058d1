"""A set as one file, out and in: a zip of its scenarios, clips and captions.

``sets/<id>.yaml``, ``scenarios/<id>.yaml``, ``clips/<id>.mp3`` and ``clips/<id>.vtt``, and nothing
else. Scenarios and clips that are shipped with the program travel by name only. Coming in, all of
it is checked before any of it is kept, and every clip is decoded and written anew.
"""

import io
import tempfile
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from clips.captions import from_vtt
from clips.words import words
from practice import access, bank, media
from practice.accounts import Person
from practice.media import MediaError, Taken
from practice.parcel import LONGEST_SHOWN, SetError, unpacked
from practice.store import Store
from scenarios.load import ScenarioError, load_library, load_sets
from scenarios.models import ClipReference, Scenario, ScenarioSet

MADE = "Imported with a set"


@dataclass(frozen=True)
class Here:
    """What this program already has, which a set coming in may name but not replace."""

    library: Mapping[str, Scenario]  # every scenario that can be practised
    lines: Mapping[str, str]  # the line said in each shipped clip
    sets: Collection[str]


def write(
    store: Store,
    actor: Person,
    chosen: ScenarioSet,
    library: Mapping[str, Scenario],
    at: datetime,
) -> bytes:
    """Returns a set as one file.

    Args:
        store: the data folder, from which the clips made here are taken.
        actor: who takes it along.
        chosen: the set.
        library: the scenarios by id; those made here travel whole, the others by name.
        at: now, aware.

    Raises:
        AccessError: the actor may not carry sets from here.
    """
    access.check_author(store, actor, at)
    own = bank.published(store)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(f"sets/{chosen.id}.yaml", _yaml(chosen))
        kept: set[str] = set()
        for name in chosen.scenarios:
            if name not in own:
                continue
            scenario = library[name]
            out.writestr(f"scenarios/{name}.yaml", _yaml(scenario))
            for clip in scenario.clips:
                taken = media.find(store, clip.id)
                if taken is None or clip.id in kept:
                    continue
                kept.add(clip.id)
                sound = (media.folder(store) / taken.clip.file).read_bytes()
                out.writestr(f"clips/{clip.id}.mp3", sound, zipfile.ZIP_STORED)
                out.writestr(f"clips/{clip.id}.vtt", taken.captions(clip.transcript))
    return file.getvalue()


def _yaml(model: Scenario | ScenarioSet) -> str:
    return yaml.safe_dump(
        model.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
    )


def read(store: Store, actor: Person, data: bytes, here: Here, at: datetime) -> ScenarioSet:
    """Brings a set in: all of it, published, or none of it.

    Args:
        store: the data folder.
        actor: who brings it.
        data: the zip.
        here: what there is already.
        at: now, aware.

    Returns:
        the set.

    Raises:
        AccessError: the actor may not bring sets here.
        SetError: something in it has to be mended; nothing was kept.
    """
    access.check_author(store, actor, at)
    files = unpacked(data)
    taken: dict[str, Taken] = {}
    try:
        with tempfile.TemporaryDirectory() as temporary:
            chosen, scenarios = _texts(Path(temporary), files, here)
        _clips(store, files, scenarios, here, taken)
        with store.change() as db:
            known = {row["id"] for row in db.query("SELECT id FROM bank_scenarios")}
            twice = [name for name in scenarios if name in known]
            if twice:
                raise SetError(*(_twice(name) for name in twice))
            for clip in taken.values():
                media.keep(db, clip, actor.id, at)
            for scenario in scenarios.values():
                bank.put(db, _renamed(scenario, taken), actor.id, at)
            bank.put_set(db, chosen, actor.id, at)
    except BaseException:
        for clip in taken.values():
            media.forget(store, clip)
        raise
    return chosen


def _texts(
    folder: Path, files: Mapping[str, bytes], here: Here
) -> tuple[ScenarioSet, dict[str, Scenario]]:
    """The set and the scenarios that came with it, checked as those shipped are."""
    for part in ("sets", "scenarios"):
        (folder / part).mkdir()
    for name, content in files.items():
        if name.endswith(".yaml"):
            (folder / name).write_bytes(content)
    problems: list[str] = []
    scenarios: dict[str, Scenario] = {}
    try:
        scenarios = load_library(folder / "scenarios")
    except ScenarioError as exc:
        problems += [f"scenarios/{one}" for one in exc.problems]
    problems += [_twice(name) for name in scenarios if name in here.library]
    there = {Path(name).stem for name in files if name.startswith("scenarios/")}
    sets: dict[str, ScenarioSet] = {}
    try:
        sets = load_sets({*here.library, *there}, folder / "sets")
    except ScenarioError as exc:
        problems += [f"sets/{one}" for one in exc.problems]
    else:
        if len(sets) != 1:
            problems.append(f"There are {len(sets)} files in sets/; a set's file holds just one.")
        for one in sets.values():
            if one.id in here.sets:
                problems.append(
                    f'sets/{one.id}.yaml: field "id" is "{one.id}", and there is a set of that id '
                    "here; give this one another id and file name."
                )
            problems += [
                f"scenarios/{name}.yaml: the set does not name it; add it there, or take it out."
                for name in sorted(there - set(one.scenarios))
            ]
    if problems:
        raise SetError(*problems)
    return next(iter(sets.values())), scenarios


def _twice(name: str) -> str:
    return (
        f'scenarios/{name}.yaml: field "id" is "{name}", and there is a scenario of that id here; '
        "give this one another id and file name, and name it so in the set."
    )


def _clips(
    store: Store,
    files: Mapping[str, bytes],
    scenarios: Mapping[str, Scenario],
    here: Here,
    taken: dict[str, Taken],
) -> None:
    """Writes the clips that came anew, and adds them to ``taken`` by the id they came with."""
    problems: list[str] = []
    wanted = {clip.id: (one.id, clip) for one in scenarios.values() for clip in one.clips}
    for name in files:
        if name.startswith("clips/") and Path(name).stem not in wanted:
            problems.append(f"{name}: no scenario of the set uses it; take it out.")
    for clip_id, (scenario, clip) in wanted.items():
        sound = files.get(f"clips/{clip_id}.mp3")
        if sound is None:
            if here.lines.get(clip_id) != clip.transcript:
                problems.append(
                    f'scenarios/{scenario}.yaml: field "clip.id" is "{clip_id}", and there is no '
                    f"clips/{clip_id}.mp3 with that line; add it, or export the set again."
                )
            continue
        try:
            cues = _cues(files.get(f"clips/{clip_id}.vtt"), clip)
            taken[clip_id] = media.take_captioned(store, sound, clip.transcript, cues, MADE)
        except MediaError as exc:
            problems.append(f"clips/{clip_id}.mp3: {exc}")
        except ValueError as exc:
            problems.append(f"clips/{clip_id}.vtt: {exc}; mend it, or leave it out.")
    if problems:
        raise SetError(*problems)


def _cues(captions: bytes | None, clip: ClipReference) -> list[media.Spoken]:
    if captions is None:
        return []
    try:
        cues = from_vtt(captions.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise ValueError("it is not text in UTF-8") from exc
    said = " ".join(cue.text for cue in cues)
    if words(said) != words(clip.transcript):
        raise ValueError(f'it says "{said[:LONGEST_SHOWN]}…", which is not the client’s line')
    return [(cue.text, cue.start_s, cue.end_s) for cue in cues]


def _renamed(scenario: Scenario, taken: Mapping[str, Taken]) -> Scenario:
    """The scenario with its clips by the ids they have here."""

    def here(clip: ClipReference) -> ClipReference:
        return clip.model_copy(update={"id": taken[clip.id].clip.id}) if clip.id in taken else clip

    lines = tuple(one.model_copy(update={"clip": here(one.clip)}) for one in scenario.follow_ups)
    return scenario.model_copy(update={"clip": here(scenario.clip), "follow_ups": lines})
