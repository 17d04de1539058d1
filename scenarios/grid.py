"""The library at a glance: what there is for each challenge and phase, and for each family."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import get_args

from scenarios.models import Challenge, Difficulty, Phase, Scenario

LEVELS = get_args(Difficulty)


def grid(library: Mapping[str, Scenario]) -> str:
    """Returns the library as a table: challenge by phase, then every family with its forms."""
    phases = get_args(Phase)
    cells: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in library.values():
        cells[one.challenge, one.phase][one.difficulty] += 1
    lines = [f"{'':24}" + "".join(f"{phase:14}" for phase in phases).rstrip()]
    for challenge in get_args(Challenge):  # even one that no scenario has
        row = [_levels(cells[challenge, phase]) for phase in phases]
        lines.append(f"{challenge:24}" + "".join(f"{cell or '–':14}" for cell in row).rstrip())
    families: dict[str, Counter[str]] = defaultdict(Counter)
    for one in library.values():
        families[one.family][one.difficulty] += 1
    lines += ["(b beginner, i intermediate, a advanced)", ""]
    lines += [f"{len(library)} scenarios in {len(families)} families of parallel forms:"]
    for family, forms in sorted(families.items()):
        n = forms.total()
        said = f"{n} parallel forms" if n > 1 else "1 form, no parallel yet"
        lines.append(f"  {family:30}{said:24} {_levels(forms)}")
    return "\n".join(lines)


def _levels(counted: Mapping[str, int]) -> str:
    return " ".join(f"{counted[level]}{level[0]}" for level in LEVELS if counted.get(level))
