"""Scenario files → a validated library; every fault is one sentence: file, field, value, remedy."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from scenarios.models import Scenario, ScenarioSet

LIBRARY_DIR = Path(__file__).parent / "library"
SETS_DIR = Path(__file__).parent / "sets"
LARGEST_FILE_BYTES = 64_000  # a full vignette is about 4 kB
SHOWN_CHARS = 60  # of a wrong value, in a message

Model = TypeVar("Model", bound=BaseModel)


class ScenarioError(ValueError):
    """A scenario or set file cannot be used; the message names file, field, value and remedy."""


class _Loader(yaml.SafeLoader):
    """Plain YAML only: no tags, no anchors, no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.constructor.ConstructorError(
                None, None, "an alias (*name) is not allowed; write the text out", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(
            key.value for key, _ in node.value if isinstance(key, yaml.nodes.ScalarNode)
        )
        for key, n in keys.items():
            if n > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f'field "{key}" is there {n} times; keep one', node.start_mark
                )
        return super().construct_mapping(node, deep)


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
        ScenarioError: the first fault found, or an id that two files share.
    """
    found: dict[str, Scenario] = {}
    where: dict[str, Path] = {}
    for folder in folders or (LIBRARY_DIR,):
        for path in sorted(folder.glob("*.yaml")):
            scenario = load_scenario(path)
            if scenario.id in found:
                raise ScenarioError(
                    f'{path}: field "id": {scenario.id!r} is already used by '
                    f"{where[scenario.id]}; give this scenario an id of its own."
                )
            found[scenario.id], where[scenario.id] = scenario, path
    return found


def load_sets(library: Mapping[str, Scenario], folder: Path = SETS_DIR) -> dict[str, ScenarioSet]:
    """Returns the sets of a folder, by id.

    Args:
        library: the scenarios that a set may name.
        folder: holds one ``<id>.yaml`` a set.

    Raises:
        ScenarioError: a set cannot be read, or names a scenario twice or one there is not.
    """
    sets = {}
    for path in sorted(folder.glob("*.yaml")):
        loaded = _load(path, ScenarioSet)
        for name, n in Counter(loaded.scenarios).items():
            if name not in library:
                raise ScenarioError(
                    f'{path}: field "scenarios": there is no scenario {name!r}'
                    f"{_meant(name, library)}"
                )
            if n > 1:
                raise ScenarioError(
                    f'{path}: field "scenarios": {name!r} is there {n} times; keep one.'
                )
        sets[loaded.id] = loaded
    return sets


def check(folders: Iterable[Path] = (LIBRARY_DIR,), sets: Path | None = SETS_DIR) -> list[str]:
    """Returns every problem in the folders and the sets, a sentence each; empty if all is well."""
    problems: list[str] = []
    library: dict[str, Scenario] = {}
    for folder in folders:
        if not folder.is_dir():
            problems.append(f"{folder}: there is no such folder; name one with scenario files.")
            continue
        for path in sorted(folder.iterdir()):
            if path.suffix != ".yaml":
                problems.append(f"{path}: only <id>.yaml files belong here; take it away.")
                continue
            try:
                scenario = load_scenario(path)
            except ScenarioError as exc:
                problems.append(str(exc))
                continue
            if scenario.id in library:
                problems.append(
                    f'{path}: field "id": {scenario.id!r} is in two folders; rename one.'
                )
            library[scenario.id] = scenario
    if sets is not None:
        try:
            load_sets(library, sets)
        except ScenarioError as exc:
            problems.append(str(exc))
    return problems


def grid(library: Mapping[str, Scenario]) -> str:
    """Returns the library as a table: challenge by phase, then every family with its size."""
    phases = ("design", "planning", "review")
    cells: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for scenario in library.values():
        cells[scenario.challenge, scenario.phase][scenario.difficulty[0]] += 1
    lines = [f"{'(b/i/a = beginner/intermediate/advanced)':42}" + "".join(f"{p:14}" for p in phases)]
    for challenge in sorted({scenario.challenge for scenario in library.values()}):
        row = [
            " ".join(f"{n}{level}" for level, n in sorted(cells[challenge, phase].items())) or "–"
            for phase in phases
        ]
        lines.append(f"{challenge:42}" + "".join(f"{cell:14}" for cell in row))
    families = Counter(scenario.family for scenario in library.values())
    lines += ["", f"{len(library)} scenarios in {len(families)} families:"]
    lines += [f"  {family:40}{n}" for family, n in sorted(families.items())]
    return "\n".join(lines)


def _load(path: Path, model: type[Model]) -> Model:
    data = _read(path)
    try:
        loaded = model.model_validate(data)
    except ValidationError as exc:
        raise ScenarioError(f"{path}: {_fault(exc, model)}") from exc
    name = getattr(loaded, "id", None)
    if path.name != f"{name}.yaml":
        raise ScenarioError(
            f'{path}: field "id" is {name!r}; name the file {name}.yaml or change the id.'
        )
    return loaded


def _read(path: Path) -> Any:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise ScenarioError(
                f"{path}: the file has {size} bytes; a scenario has at most {LARGEST_FILE_BYTES}."
            )
        text = path.read_text("utf-8")
    except OSError as exc:
        raise ScenarioError(f"{path}: it cannot be read ({exc.strerror}).") from exc
    except UnicodeDecodeError as exc:
        raise ScenarioError(f"{path}: it is not text in UTF-8; save it as plain text.") from exc
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader, narrowed further
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        why = getattr(exc, "problem", None) or "it is not YAML"
        raise ScenarioError(f"{path}: {line}{why}.") from exc
    except (ValueError, RecursionError) as exc:  # a date that is none, nesting without end
        raise ScenarioError(f"{path}: it is not YAML that a scenario can use ({exc}).") from exc
    if not isinstance(data, dict):
        raise ScenarioError(f"{path}: it must be fields and values (id: …, title: …).")
    return data


def _fault(exc: ValidationError, model: type[BaseModel]) -> str:
    fault = exc.errors()[0]
    field = ".".join(str(part) for part in fault["loc"])
    more = len(exc.errors()) - 1
    tail = f" ({more} more to mend after this.)" if more else ""
    if fault["type"] == "missing":
        return f'field "{field}" is not there; add it.{tail}'
    if fault["type"] == "extra_forbidden":
        known = list(model.model_fields)
        hint = _meant(str(fault["loc"][-1]), known) if len(fault["loc"]) == 1 else "; remove it."
        return f'field "{field}" is not known{hint}{tail}'
    value = repr(fault["input"])
    value = value if len(value) <= SHOWN_CHARS else value[:SHOWN_CHARS] + "…"
    if fault["type"] == "literal_error":
        return f'field "{field}" is {value}; choose one of {fault["ctx"]["expected"]}.{tail}'
    said = fault["msg"].removeprefix("Value error, ")
    return f'field "{field}" is {value}; {said[0].lower()}{said[1:]}.{tail}'


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else "; remove it."
