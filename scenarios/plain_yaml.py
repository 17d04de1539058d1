"""A file → plain fields and values: the small, safe part of YAML that scenario files use."""

import codecs
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE_BYTES = 64_000  # a full vignette is about 4 kB
DEEPEST_LEVEL = 10  # a vignette nests three deep


class PlainYamlError(ValueError):
    """A file is not plain YAML; the message says where, what and the remedy, without the file."""


class _Loader(yaml.SafeLoader):
    """Fields, lists and text only: no tags, anchors, repeated fields or deep nesting.

    Every value stays text (the models turn digits into numbers), so that a client called ``No``
    or a title such as ``12:30`` is what the author wrote.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML's own name and place
    level = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise _at(event, "anchors and aliases (&name, *name) are not used; write the text out")
        if getattr(event, "tag", None) is not None:
            raise _at(event, f"the tag {event.tag} is not used; write plain text")
        if self.level == DEEPEST_LEVEL:
            raise _at(event, f"it is nested more than {DEEPEST_LEVEL} deep; write it flatter")
        self.level += 1
        node = super().compose_node(parent, index)
        self.level -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _at(key, "a field's name is one word; take the brackets away")
        for name, n in Counter(key.value for key, _ in node.value).items():
            if n > 1:
                raise _at(node, f'field "{name}" is there {n} times; keep one')
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        for char in node.value:
            if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t":
                raise _at(node, f"there is an invisible character ({char!a}); take it away")
        return super().construct_scalar(node)


def read_mapping(path: Path) -> dict[str, Any]:
    """Returns a file's fields and values; a value is text, a list, or fields again.

    Raises:
        PlainYamlError: it cannot be read, or is more than plain YAML of a sensible size.
    """
    text = _read_text(path)
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader, narrowed further
    except yaml.MarkedYAMLError as exc:
        where = "" if exc.problem_mark is None else f"line {exc.problem_mark.line + 1}: "
        raise PlainYamlError(
            f"{where}it is not plain YAML ({exc.problem}); check the indents, and put text that "
            "has a colon, a # or a quotation mark in it in double quotes."
        ) from exc
    except yaml.YAMLError as exc:  # of the reader, which gives no mark
        raise PlainYamlError(
            "there is an invisible character in it; save it as plain text in UTF-8."
        ) from exc
    if not isinstance(data, dict):
        raise PlainYamlError("it does not hold fields; begin each line with one, as in `id: …`.")
    return data


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise PlainYamlError("there is no such file; check the name.")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as exc:
        raise PlainYamlError(f"it cannot be read ({exc.strerror}); check who may open it.") from exc
    if len(data) > LARGEST_FILE_BYTES:
        raise PlainYamlError(
            f"it is longer than {LARGEST_FILE_BYTES // 1000} kB; a scenario takes about 4 kB, "
            "so shorten it or check that it is the right file."
        )
    if data.startswith(codecs.BOM_UTF8):
        raise PlainYamlError("it begins with a byte-order mark; save it as UTF-8 without one.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise PlainYamlError(
            f"byte {exc.start} is not UTF-8; save it as plain text in UTF-8."
        ) from exc


def _at(place: Any, said: str) -> PlainYamlError:
    return PlainYamlError(f"line {place.start_mark.line + 1}: {said}.")
