"""Prints what pyproject.toml asks for, a line each, so that an image can install it by itself."""

import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
print("\n".join(project["dependencies"]))  # noqa: T201
