"""Scenario files → a validated library; a problem is one sentence: file, field, value, remedy."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.models import (
    Client,
    ClipReference,
    Example,
    Focus,
    FollowUp,
    Scenario,
    ScenarioSet,
)
from scenarios.plain_yaml import PlainYamlError, read_mapping

LIBRARY_DIR = Path(__file__).parent / "library"
SETS_DIR = Path(__file__).parent / "sets"
SHOWN_CHARS = 60  # of a wrong value, in a message

_PARTS: Mapping[str, type[BaseModel]] = {
    "client": Client,
    "clip": ClipReference,
    "focus": Focus,
    "examples": Example,
    "follow_ups": FollowUp,
}
# What to do about a wrong value, by pydantic's type of error; {name} is filled from its context.
_REMEDIES = {
    "string_pattern_mismatch": "use small letters and digits with single hyphens between",
    "string_too_short": "write something there",
    "string_too_long": "keep it to {max_length} characters",
    "string_type": "write plain text",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "greater_than_equal": "write a whole number of at least {ge}",
    "less_than_equal": "write a whole number of at most {le}",
    "tuple_type": "write a list, each item after a dash",
    "too_short": "list at least {min_length}",
    "model_type": "write its fields under it, a line each",
}


Model = TypeVar("Model", Scenario, ScenarioSet)


class ScenarioError(ValueError):
    """Scenario or set files cannot be used.

    Attributes:
        problems: all that is to be mended, a sentence each; the message is the first of them.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        """Takes the problems, at least one."""
        self.problems = tuple(" ".join(problem.split()) for problem in problems)  # one line each
        more = len(self.problems) - 1
        tail = f" ({more} more; `between scenarios check` shows all.)" if more else ""
        super().__init__(f"{self.problems[0]}{tail}")


def load_scenario(path: Path) -> Scenario:
    """Returns the scenario in one file.

    Args:
        path: a file named ``<id>.yaml``.

    Raises:
        ScenarioError: it cannot be read, is not plain YAML, or says something a scenario cannot.
    """
    return _load(path, Scenario)


def load_library(*folders: Path) -> dict[str, Scenario]:
    """Returns the scenarios of the folders together, by id (the shipped library if none is named).

    Raises:
        ScenarioError: a folder is not there, a file has a problem, or two files share an id.
    """
    library, problems = _gather(folders or (LIBRARY_DIR,))
    if problems:
        raise ScenarioError(problems)
    return library


def load_sets(library: Collection[str], folder: Path = SETS_DIR) -> dict[str, ScenarioSet]:
    """Returns the sets of a folder, by id.

    Args:
        library: ids of the scenarios that a set may name.
        folder: holds one ``<id>.yaml`` a set.

    Raises:
        ScenarioError: a set cannot be read, or names a scenario twice or one there is not.
    """
    sets, problems = _gather_sets(library, folder)
    if problems:
        raise ScenarioError(problems)
    return sets


def check(folders: Iterable[Path] = (LIBRARY_DIR,), sets: Path | None = SETS_DIR) -> list[str]:
    """Returns every problem in the folders and the sets, a sentence each; empty if all is well.

    Args:
        folders: hold scenario files.
        sets: holds set files that name only scenarios of those folders; None to leave sets out.
    """
    folders = tuple(folders)
    _, problems = _gather(folders)
    if sets is None:
        return problems
    there = {path.stem for folder in folders for path in folder.glob("*.yaml")}  # even unread ones
    return problems + _gather_sets(there, sets)[1]


def faults(fields: Mapping[str, Any], model: type[BaseModel] = Scenario) -> list[str]:
    """Returns what is wrong with the fields of a scenario or set, a sentence each."""
    try:
        model.model_validate(fields)
    except ValidationError as exc:
        return _sentences(exc, model)
    return []


def _gather(folders: Iterable[Path]) -> tuple[dict[str, Scenario], list[str]]:
    library: dict[str, Scenario] = {}
    homes: dict[str, str] = {}
    problems: list[str] = []
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        for path in _files(folder, problems):
            try:
                one = load_scenario(path)
            except ScenarioError as exc:
                problems += exc.problems
                continue
            if one.id in library:
                problems.append(
                    f'{folder.name}/{path.name}: field "id" is "{one.id}", and so is that of '
                    f"{homes[one.id]}/{path.name}; give one of them another id and file name."
                )
                continue
            library[one.id], homes[one.id] = one, folder.name
    return library, problems


def _gather_sets(known: Collection[str], folder: Path) -> tuple[dict[str, ScenarioSet], list[str]]:
    sets: dict[str, ScenarioSet] = {}
    problems: list[str] = []
    for path in _files(folder, problems):
        try:
            one = _load(path, ScenarioSet)
        except ScenarioError as exc:
            problems += exc.problems
            continue
        named = f'{path.name}: field "scenarios" names'
        for name, n in Counter(one.scenarios).items():
            if name not in known:
                problems.append(
                    f'{named} "{name}", which is not in the library{_meant(name, known)}'
                )
            elif n > 1:
                problems.append(f'{named} "{name}" {n} times; keep one.')
        sets[one.id] = one
    return sets, problems


def _files(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yields a folder's scenario files; adds what makes it no such folder to the problems."""
    if not folder.is_dir():
        problems.append(f"{folder.name}: there is no such folder; name one with scenario files.")
        return
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yaml":
            yield path
        elif path.suffix.lower() in {".yml", ".yaml"}:
            problems.append(f"{path.name}: the name ends in {path.suffix}; let it end in .yaml.")


def _load(path: Path, model: type[Model]) -> Model:
    try:
        loaded = model.model_validate(read_mapping(path))
    except PlainYamlError as exc:
        raise ScenarioError([f"{path.name}: {exc}"]) from exc
    except ValidationError as exc:
        raise ScenarioError([f"{path.name}: {said}" for said in _sentences(exc, model)]) from exc
    if path.name != f"{loaded.id}.yaml":
        name = f'field "id" is "{loaded.id}"; name the file {loaded.id}.yaml or change the id.'
        raise ScenarioError([f"{path.name}: {name}"])
    return loaded


def _sentences(exc: ValidationError, model: type[BaseModel]) -> list[str]:
    """Returns a sentence a fault; a mistyped field is one fault, not also the lack of another."""
    faults = sorted(exc.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    meant = {
        (*fault["loc"][:-1], _closest(str(fault["loc"][-1]), _known(fault, model)))
        for fault in faults
        if fault["type"] == "extra_forbidden"
    }
    return [
        _sentence(fault, model)
        for fault in faults
        if fault["type"] != "missing" or fault["loc"] not in meant
    ]


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """Returns pydantic's fault as field, value and remedy; items of a list count from 1."""
    at = [str(part + 1) if isinstance(part, int) else part for part in fault["loc"]]
    field, kind, context = f'field "{".".join(at)}"', fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return f"{field} is not there; add it."
    if kind == "extra_forbidden":
        return f"{field} is not known{_meant(at[-1], _known(fault, model))}"
    if kind == "literal_error":
        choices = context["expected"].replace("'", "").replace(" or ", ", ")
        return f"{field} is {_shown(fault['input'])}; choose one of {choices}."
    if kind == "value_error":  # a rule of our own, which says it all
        return f"{field}: {context['error']}." if at else f"{context['error']}."
    remedy = _REMEDIES[kind].format(**context) if kind in _REMEDIES else fault["msg"]
    return f"{field} is {_shown(fault['input'])}; {remedy}."


def _shown(value: Any) -> str:
    if isinstance(value, str):
        short = value if len(value) <= SHOWN_CHARS else value[:SHOWN_CHARS] + "…"
        return f'"{short}"' if value else "empty"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    return "a group of fields"


def _known(fault: ErrorDetails, model: type[BaseModel]) -> Collection[str]:
    place = fault["loc"]
    part = "clip" if "clip" in place[1:-1] else str(place[0])
    return (model if len(place) == 1 else _PARTS[part]).model_fields


def _closest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _meant(name: str, known: Iterable[str]) -> str:
    close = _closest(name, known)
    return f'; did you mean "{close}"?' if close else "; take it out."
