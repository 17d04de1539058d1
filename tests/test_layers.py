"""The house's rules, held: imports go down only, and each heavy library has one importer."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("scenarios", "clips", "speech", "scoring", "practice", "ui")
BELOW = {
    "scenarios": set(),
    "clips": set(),
    "speech": {"scenarios", "clips"},
    "scoring": {"scenarios", "clips"},
    "practice": {"speech", "scoring", "scenarios", "clips"},
    "ui": {"practice", "speech", "scoring", "scenarios", "clips"},
    "app": {"ui", "practice", "speech", "scoring", "scenarios", "clips"},
    "cli_upkeep": {"ui", "practice", "speech", "scoring", "scenarios", "clips"},
    "cli": {"cli_upkeep", "ui", "practice", "speech", "scoring", "scenarios", "clips"},
}
ONE_IMPORTER = {
    "streamlit": lambda path: path.parent.name == "ui" or path.name == "app.py",
    "sqlite_utils": lambda path: path.as_posix().endswith("practice/store.py"),
    "sqlite3": lambda path: path.as_posix().endswith("practice/store.py"),
    "authlib": lambda path: path.as_posix().endswith("practice/institution.py"),
    "huey": lambda path: path.as_posix().endswith("practice/lanes.py"),
    "cryptography": lambda path: path.as_posix().endswith("practice/vault.py"),
    "sklearn": lambda path: path.parent.name == "scoring",
    "faster_whisper": lambda path: path.as_posix().endswith("speech/engines.py"),
    "whisper": lambda path: path.as_posix().endswith("speech/engines.py"),
}
SOURCES = sorted(
    [ROOT / "app.py", ROOT / "cli.py", ROOT / "cli_upkeep.py"]
    + [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
)


def imports(source: str) -> set[str]:
    """Top-level names of everything a module imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            names.add((node.module or "").split(".")[0])
    return names


def wrong_imports(layer: str, names: set[str]) -> set[str]:
    return (names & set(BELOW)) - BELOW[layer] - {layer}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_down_only(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0].removesuffix(".py")
    assert wrong_imports(layer, imports(path.read_text())) == set()


@pytest.mark.parametrize("library", ONE_IMPORTER)
def test_each_heavy_library_has_one_importer(library: str) -> None:
    importers = {path for path in SOURCES if library in imports(path.read_text())}
    assert {path for path in importers if not ONE_IMPORTER[library](path)} == set()


def test_the_layer_rule_catches_an_import_that_goes_up_or_sideways() -> None:
    assert wrong_imports("speech", imports("from scoring.models import Score")) == {"scoring"}
    assert wrong_imports("scenarios", imports("def f():\n    import practice.store")) == {
        "practice"
    }
    assert wrong_imports("practice", imports("import scoring.rubric, json")) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_packages_init_holds_only_a_docstring(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text())
    assert [type(node) for node in tree.body] == [ast.Expr]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 280  # "under about 250 lines"


def test_the_app_file_stays_a_router() -> None:
    assert len((ROOT / "app.py").read_text().splitlines()) < 60
