"""A list of people as spreadsheets save it; a wrong line is named and loses nothing."""

from datetime import datetime
from pathlib import Path

import pytest

from practice import accounts, invite_list
from practice.invite_list import ListError
from practice.store import Store

EXPECTED = [("Ada Quist", ["trainee"]), ("Bo Ek", ["instructor", "supervisor"])]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        "name,role\r\nAda Quist,\r\nBo Ek,supervisor instructor\r\n".encode("utf-8-sig"),
        "Name;Role\r\nAda Quist;\r\nBo Ek;supervisor, instructor\r\n".encode("utf-8-sig"),
        "Name\tRole\nAda Quist\t\nBo Ek\tinstructor\tsupervisor\n".encode("utf-16"),
        b"Ada Quist\nBo Ek, supervisor; instructor\n\n",
        b"full name;role\n\nAda Quist;Trainees\nBo Ek;Supervisor and Instructor",
        b'"Ada Quist";"trainee"\n"Bo Ek";"instructor, supervisor"\n',
        b"Ada Quist\rBo Ek,supervisor/instructor\r",  # an old Macintosh's line ends
    ],
)
def test_whatever_a_spreadsheet_makes_of_it_is_read(store: Store, data: bytes) -> None:
    assert invite_list.read(store, invite_list.text_of(data)) == EXPECTED


def test_names_keep_their_letters(store: Store) -> None:
    for data in ("Zoë Åkesson;trainee".encode("cp1252"), "Zoë Åkesson;trainee".encode()):
        assert invite_list.read(store, invite_list.text_of(data)) == [("Zoë Åkesson", ["trainee"])]
    quoted = invite_list.read(store, '"Quist, Ada";trainee\n"Ek, Bo";supervisor\n')
    assert [name for name, _ in quoted] == ["Quist, Ada", "Ek, Bo"]


def test_every_wrong_line_is_named_by_its_number_in_the_file(store: Store, at: datetime) -> None:
    accounts.add(store, "Cy Moe", ("trainee",), at)
    text = "name,role\nAda Quist\n\nBo Ek,king\nCY MOE\nada quist\n<b>,trainee\nDi Poe,supervisor\n"
    with pytest.raises(ListError) as wrong:
        invite_list.read(store, text)
    assert wrong.value.problems == (
        "Line 4: king is no role; use trainee, instructor, supervisor.",
        "Line 5: there is somebody called CY MOE already.",
        "Line 6: ada quist is in line 2 already.",
        "Line 7: A name is without any of < > [ ] `.",
    )
    assert accounts.find_by_name(store, "Di Poe") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is nobody in the list yet"),
        (b"name,role\n", "There is nobody in the list yet"),
        (b"PK\x03\x04 a workbook", "This is no CSV"),
        (b"x" * 300_000, "This file is 300 kB"),
        (b"A\n" * 501, "The list has 501 people; give at most 500"),
        (b"name\n" + b"\n".join(b"P%d,king" % n for n in range(20)), "And 8 more lines."),
    ],
)
def test_what_cannot_be_a_list_gets_one_clear_sentence(
    store: Store, data: bytes, said: str
) -> None:
    with pytest.raises(ListError) as wrong:
        invite_list.read(store, invite_list.text_of(data))
    assert said in str(wrong.value)
