"""A list of people to invite, as a spreadsheet saves it: a line each, the name, then roles.

Commas, semicolons and tabs all part cells, as spreadsheets of different countries save them; a
byte-order mark and a line of headings are passed over. What is wrong is said line by line, all of
it at once, by the number that the line has in the file.
"""

import csv
import io
import re

from practice import accounts
from practice.accounts import ROLES, AccountError, Role
from practice.store import Store

MAX_PEOPLE = 500
MAX_BYTES = 200_000
MAX_SAID = 12  # wrong lines named at once
HEADINGS = ("name", "names", "full name", "person")
Wanted = list[tuple[str, list[Role]]]


class ListError(AccountError):
    """A list cannot be used; nobody has been invited.

    Attributes:
        problems: all that is to be mended, a sentence each.
    """

    def __init__(self, *problems: str) -> None:
        """Takes the problems, at least one."""
        self.problems = problems
        super().__init__(" ".join(problems))


def text_of(data: bytes) -> str:
    """Returns a file's text: UTF-8 or UTF-16 as marked, else as Windows saves it.

    Raises:
        ListError: it is far too long, or no text at all.
    """
    if len(data) > MAX_BYTES:
        raise ListError(f"This file is {len(data) // 1000} kB; a list of people has a few.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text or data.startswith(b"PK"):
        raise ListError("This is no CSV; in your spreadsheet choose “Save as” and then “CSV”.")
    return text


def read(store: Store, text: str) -> Wanted:
    """Returns the names and roles of a list, checked; trainee where there is no role.

    Raises:
        ListError: lines cannot be used; each is named with its number and what is wrong.
    """
    lines = _lines(text.removeprefix("\ufeff"))
    if not lines:
        raise ListError("There is nobody in the list yet; write a line for each person.")
    if len(lines) > MAX_PEOPLE:
        raise ListError(f"The list has {len(lines)} people; give at most {MAX_PEOPLE} at a time.")
    problems: list[str] = []
    wanted: Wanted = []
    seen: dict[str, int] = {}
    for number, (name, *cells) in lines:
        try:
            tidy, roles = _one(store, name, cells)
            first = seen.setdefault(accounts.sign_in_name(tidy), number)
            if first != number:
                raise AccountError(f"{tidy} is in line {first} already.")
        except AccountError as exc:
            problems.append(f"Line {number}: {exc}")
            continue
        wanted.append((tidy, roles))
    if problems:
        more = len(problems) - MAX_SAID
        said = problems[:MAX_SAID] + ([f"And {more} more lines."] if more > 0 else [])
        raise ListError(*said)
    return wanted


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The lines with anything in them, cut into cells, with their numbers; headings left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error as exc:
        raise ListError(f"Line {reader.line_num}: it cannot be read as CSV ({exc}).") from exc
    if found and found[0][1][0].strip().casefold() in HEADINGS:
        found = found[1:]
    return found


def _delimiter(text: str) -> str:
    """What parts the cells: the mark in most lines, outside quotes; the comma where it is even."""
    lines = re.sub(r'"[^"]*"', "", text).splitlines()
    return max(",;\t", key=lambda mark: sum(mark in line for line in lines))


def _one(store: Store, name: str, cells: list[str]) -> tuple[str, list[Role]]:
    words = " ".join(cells)
    for mark in ";,/+&":
        words = words.replace(mark, " ")
    asked = [one for one in words.casefold().split() if one != "and"] or ["trainee"]
    singular = [one.removesuffix("s") if one.removesuffix("s") in ROLES else one for one in asked]
    unknown = [one for one in singular if one not in ROLES]
    if unknown:
        raise AccountError(f"{', '.join(unknown)} is no role; use {', '.join(ROLES)}.")
    tidy = accounts.check_name(name)
    if accounts.find_by_name(store, tidy) is not None:
        raise AccountError(f"there is somebody called {tidy} already.")
    return tidy, [role for role in ROLES if role in singular]
