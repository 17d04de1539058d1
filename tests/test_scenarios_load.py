"""A scenario file that cannot be used is refused: file, field, value and remedy in one sentence."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.grid import grid
from scenarios.load import (
    LIBRARY_DIR,
    ScenarioError,
    check,
    load_library,
    load_scenario,
    load_sets,
)
from scenarios.models import Challenge

SHIPPED = (LIBRARY_DIR / "refusal-school.yaml").read_text("utf-8")


def in_file(folder: Path, text: str, name: str = "refusal-school.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def changed(old: str, new: str) -> str:
    """The shipped vignette with one change."""
    assert SHIPPED.count(old) == 1, f"{old!r} is not there once"
    return SHIPPED.replace(old, new)


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)
    assert str(path.parent) not in str(refused.value), "a message names the file, not the machine"
    return str(refused.value)


def test_the_unchanged_file_loads_from_anywhere_and_needs_no_clip(tmp_path: Path) -> None:
    assert load_scenario(in_file(tmp_path, SHIPPED)).client.name == "Gareth"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "phase: design",
            "phase: desing",
            'field "phase" is "desing"; choose one of design, planning, review.',
        ),
        (
            "client:\n",
            "claent:\n",
            'field "claent" is not known; did you mean "client"?',
        ),
        (
            "  pronouns: he/him",
            "  pronuons: he/him",
            'field "client.pronuons" is not known; did you mean "pronouns"?',
        ),
        (
            "  age: 46",
            "  age: 46\n  zodiac: leo",
            'field "client.zodiac" is not known; take it out.',
        ),
        (
            "title: I left school at sixteen\n",
            "",
            'field "title" is not there; add it.',
        ),
        (
            "title: I left school at sixteen",
            "title:",
            'field "title" is empty; write something there.',
        ),
        (
            "title: I left school at sixteen",
            f"title: {'a' * 301}",
            f'field "title" is "{"a" * 60}…"; keep it to 300 characters.',
        ),
        (
            "title: I left school at sixteen",
            "title: [one, two]",
            'field "title" is a list; write plain text.',
        ),
        (
            "title: I left school at sixteen",
            "title: {a: b}",
            'field "title" is a group of fields; write plain text.',
        ),
        (
            "family: refusal-records",
            "family: Refusal Records",
            'field "family" is "Refusal Records"; '
            "use small letters and digits with single hyphens between.",
        ),
        (
            "  age: 46",
            "  age: forty",
            'field "client.age" is "forty"; write a whole number.',
        ),
        (
            "  age: 46",
            "  age: 12",
            'field "client.age" is "12"; write a whole number of at least 16.',
        ),
        (
            "  collaboration: 3",
            "  collaboration: 4",
            'field "focus.collaboration" is "4"; write a whole number of at most 3.',
        ),
        (
            "  rationale: 1\n  collaboration: 3\n  obstacles: 2",
            "  rationale: 0\n  collaboration: 0\n  obstacles: 0",
            'field "focus": at least one dimension needs a weight above 0.',
        ),
        (
            "- owns_part",
            "- own_part",
            'field "expects.4" is "own_part"; choose one of goal_link, session_link, ',
        ),
        (
            "avoid:\n- pressures\n- directs",
            "avoid: pressures",
            'field "avoid" is "pressures"; write a list, each item after a dash.',
        ),
        (
            "expects:\n- reflection\n- client_ideas\n- choice\n- owns_part",
            "expects: []",
            'field "expects" is an empty list; list at least 1.',
        ),
        (
            "- level: weak",
            "- level: poor",
            'field "examples.3.level" is "poor"; choose one of strong, weak.',
        ),
        (
            "- level: weak",
            "- lovel: weak",
            'field "examples.3.lovel" is not known; did you mean "level"?',
        ),
        (
            "id: refusal-school\ntitle",
            "id: refusal-work\ntitle",
            'field "id" is "refusal-work"; name the file refusal-work.yaml or change the id.',
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_the_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    refused = refusal(in_file(tmp_path, changed(old, new)))
    assert refused.startswith(f"refusal-school.yaml: {said}")
    assert "more; " not in refused, "one fault is one problem"


def test_a_group_of_fields_given_as_text_is_refused_with_how_to_write_it(tmp_path: Path) -> None:
    start, end = SHIPPED.index("client:\n"), SHIPPED.index("goal:")
    said = refusal(in_file(tmp_path, SHIPPED[:start] + "client: Gareth\n" + SHIPPED[end:]))
    assert said.endswith('field "client" is "Gareth"; write its fields under it, a line each.')


def test_a_wrong_value_over_several_lines_still_gives_one_line(tmp_path: Path) -> None:
    text = changed("phase: design", 'phase: "de\\nsign"\n"odd\\nfield": x')
    with pytest.raises(ScenarioError) as refused:
        load_scenario(in_file(tmp_path, text))
    assert refused.value.problems == (
        'refusal-school.yaml: field "odd field" is not known; take it out.',
        'refusal-school.yaml: field "phase" is "de sign"; choose one of design, planning, review.',
    )


def test_every_problem_of_a_file_is_kept_and_the_message_tells_how_many_more(
    tmp_path: Path,
) -> None:
    text = changed("phase: design", "phase: desing").replace("  age: 46", "  age: 12")
    with pytest.raises(ScenarioError, match=r"desing.*\(1 more; ") as refused:
        load_scenario(in_file(tmp_path, text))
    assert [problem.split('"')[1] for problem in refused.value.problems] == ["phase", "client.age"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("phase: design", "phase: !!python/object/apply:os.getcwd []", "line 4: the tag "),
        ("title: I", "title: !!binary aGVsbG8= #", "line 2: the tag "),
        ("phase: design", "phase: &a design", "line 4: anchors and aliases "),
        ("phase: design", "phase: *a", "line 4: anchors and aliases "),
        ("phase: design", "phase: design\nphase: design", 'field "phase" is there 2 times'),
        ("  age: 46", "  age: 46\n  age: 47", 'field "age" is there 2 times; keep one.'),
        ("phase: design", "? [phase]\n: design", "line 4: a field's name is one word"),
        ("phase: design", "phase: " + "[" * 11 + "]" * 11, "nested more than 10 deep"),
        ("title: I", "title: So: I", "line 2: it is not plain YAML (mapping values"),
        ("title: I", 'title: "I', "line 14: it is not plain YAML"),
        ("phase: design", "\tphase: design", "line 4: it is not plain YAML"),
        ("title: I", "title: I\0", "there is an invisible character in it"),
        ("title: I left school at sixteen", r'title: "I\0"', r"invisible character ('\x00')"),
        ("title: I left school at sixteen", r'title: "I\ud800"', r"character ('\ud800')"),
        ("phase: design", "<<: {phase: design}", 'field "<<" is not known; take it out.'),
    ],
    ids=range(15),
)
def test_more_than_plain_yaml_is_refused_with_where_and_what(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert said in refusal(in_file(tmp_path, changed(old, new)))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"\xef\xbb\xbf" + SHIPPED.encode(), "byte-order mark; save it as UTF-8 without one."),
        (SHIPPED.encode("utf-16"), "byte 0 is not UTF-8; save it as plain text in UTF-8."),
        (b"title: caf\xe9\n", "byte 10 is not UTF-8"),
        (b"", "it does not hold fields"),
        (b"- id: refusal-school\n", "it does not hold fields"),
        (b"refusal-school\n", "it does not hold fields"),
        (b"id: a\n---\nid: b\n", "it is not plain YAML"),
        (SHIPPED.encode() + b"#" * 64_000, "it is longer than 64 kB"),
        (b"[" * 60_000, "nested more than 10 deep"),
        (b"{a: " * 15_000, "nested more than 10 deep"),
    ],
    ids=range(10),
)
def test_what_is_no_scenario_file_at_all_is_refused_with_one_sentence(
    tmp_path: Path, written: bytes, said: str
) -> None:
    path = tmp_path / "refusal-school.yaml"
    path.write_bytes(written)
    assert said in refusal(path)


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "line 1: anchors and aliases" in refusal(in_file(tmp_path, "\n".join(levels)))


def test_a_file_of_just_the_largest_size_is_read(tmp_path: Path) -> None:
    path = in_file(tmp_path, SHIPPED + "#" * (64_000 - len(SHIPPED.encode())))
    assert path.stat().st_size == 64_000
    assert load_scenario(path).id == "refusal-school"


def test_a_file_that_is_not_there_a_folder_and_a_pipe_are_refused_without_waiting(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("none.yaml", "folder.yaml", "pipe.yaml"):
        assert refusal(tmp_path / name) == f"{name}: there is no such file; check the name."


def test_words_that_yaml_would_turn_into_something_else_stay_words(tmp_path: Path) -> None:
    for word in ("No", "12:30", "2026-02-31", "1e999", "=", "null", "0x_"):
        path = in_file(tmp_path, changed("title: I left school at sixteen", f"title: {word}"))
        assert load_scenario(path).title == word


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_whatever_cause_anything_but_a_scenario_error(
    tmp_path: Path, written: bytes
) -> None:
    path = tmp_path / "refusal-school.yaml"
    path.write_bytes(written)
    with pytest.raises(ScenarioError):
        load_scenario(path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(yaml.safe_load(SHIPPED))), VALUES)
def test_no_value_in_any_field_causes_anything_but_a_scenario_error(
    tmp_path: Path, field: str, value: object
) -> None:
    text = yaml.safe_dump({**yaml.safe_load(SHIPPED), field: value}, allow_unicode=True)
    path = tmp_path / "refusal-school.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        loaded = load_scenario(path)
    except ScenarioError as exc:
        assert str(exc).startswith("refusal-school.yaml: ")
    else:
        assert getattr(loaded, field) is not None


def test_an_extra_folder_adds_its_scenarios_to_the_shipped_ones(tmp_path: Path) -> None:
    in_file(tmp_path, SHIPPED.replace("id: refusal-school", "id: my-own", 1), "my-own.yaml")
    assert set(load_library(LIBRARY_DIR, tmp_path)) == {*load_library(), "my-own"}


def test_an_id_in_two_folders_is_refused_and_both_files_are_named(tmp_path: Path) -> None:
    in_file(tmp_path, SHIPPED)
    with pytest.raises(ScenarioError) as refused:
        load_library(LIBRARY_DIR, tmp_path)
    assert str(refused.value) == (
        f'{tmp_path.name}/refusal-school.yaml: field "id" is "refusal-school", and so is that of '
        "library/refusal-school.yaml; give one of them another id and file name."
    )


def test_naming_the_same_folder_twice_is_no_clash() -> None:
    assert load_library(LIBRARY_DIR, LIBRARY_DIR / ".." / "library") == load_library()


def test_a_folder_that_is_not_there_is_refused_and_not_taken_for_empty(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^none: there is no such folder; name one with"):
        load_library(tmp_path / "none")


def test_a_file_ending_in_yml_is_told_of_and_other_files_are_left_alone(tmp_path: Path) -> None:
    in_file(tmp_path, SHIPPED)
    in_file(tmp_path, "notes", "README.md")
    assert check([tmp_path], sets=None) == []
    in_file(tmp_path, SHIPPED, "other.yml")
    assert check([tmp_path], sets=None) == [
        "other.yml: the name ends in .yml; let it end in .yaml."
    ]


def a_set(folder: Path, named: str, set_id: str = "mine") -> Path:
    text = f"id: {set_id}\ntitle: Mine\ndescription: Some.\nscenarios: [{named}]\n"
    return in_file(folder, text, f"{set_id}.yaml")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (
            "refusal-scool",
            'names "refusal-scool", which is not in the library; did you mean "refusal-school"?',
        ),
        ("zzz", 'names "zzz", which is not in the library; take it out.'),
        ("refusal-school, refusal-school", 'names "refusal-school" 2 times; keep one.'),
        ("", "is an empty list; list at least 1."),
    ],
)
def test_a_set_that_cannot_be_practised_is_refused(tmp_path: Path, named: str, said: str) -> None:
    a_set(tmp_path, named)
    with pytest.raises(ScenarioError) as refused:
        load_sets(load_library(), tmp_path)
    assert str(refused.value) == f'mine.yaml: field "scenarios" {said}'


def test_check_collects_the_problems_of_all_files_and_sets(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    in_file(tmp_path, changed("phase: design", "phase: desing").replace("age: 46", "age: 12"))
    in_file(tmp_path, "- list", "other.yaml")
    sets = tmp_path_factory.mktemp("sets")
    a_set(sets, "refusal-school, zzz", "first")  # refusal-school is there, though not in order
    a_set(sets, "yyy", "second")
    assert [problem.split(";")[0] for problem in check([tmp_path], sets)] == [
        "other.yaml: it does not hold fields",
        'refusal-school.yaml: field "phase" is "desing"',
        'refusal-school.yaml: field "client.age" is "12"',
        'first.yaml: field "scenarios" names "zzz", which is not in the library',
        'second.yaml: field "scenarios" names "yyy", which is not in the library',
    ]


@pytest.fixture
def vary(tmp_path: Path) -> Callable[..., None]:
    def add(name: str, **fields: str) -> None:
        text = yaml.safe_dump({**yaml.safe_load(SHIPPED), "id": name, **fields})
        in_file(tmp_path, text, f"{name}.yaml")

    return add


def test_the_grid_counts_by_challenge_phase_and_level_and_shows_families_of_one(
    tmp_path: Path, vary: Callable[..., None]
) -> None:
    vary("a")
    vary("b")
    vary("c", difficulty="advanced", family="alone")
    vary("d", challenge="irrelevant", phase="review", family="alone-too")
    said = [line.split() for line in grid(load_library(tmp_path)).splitlines()]
    assert said[0] == ["design", "planning", "review"]
    rows = {row[0]: row[1:] for row in said[1:11]}
    assert rows.keys() == set(get_args(Challenge))
    assert rows.pop("irrelevant") == ["–", "–", "1b"]
    assert rows.pop("refusal") == ["2b", "1a", "–", "–"]
    assert all(row == ["–", "–", "–"] for row in rows.values())
    assert said[11:] == [
        ["(b", "beginner,", "i", "intermediate,", "a", "advanced)"],
        [],
        ["4", "scenarios", "in", "3", "families", "of", "parallel", "forms:"],
        ["alone", "1", "form,", "no", "parallel", "yet", "1a"],
        ["alone-too", "1", "form,", "no", "parallel", "yet", "1b"],
        ["refusal-records", "2", "parallel", "forms", "2b"],
    ]
