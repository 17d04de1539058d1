"""`between users`: people from the shell, each answer one line."""

from pathlib import Path

import pytest

import cli
from practice import accounts
from practice.store import Store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BETWEEN_DATA", str(tmp_path))
    monkeypatch.setenv("BETWEEN_URL", "https://practice.example/")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    """Exit code and what was printed, to either side."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["between", "users", *args])
        try:
            cli.main()
            code = 0
        except SystemExit as exc:
            code = int(exc.code or 0)
    out, err = capsys.readouterr()
    return code, out + err


def test_somebody_is_added_listed_reset_revoked_restored_and_deleted(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, said = run(capsys, "add", "Ines Maar", "--role", "instructor", "--role", "supervisor")
    assert code == 0
    assert "https://practice.example/account/link/" in said
    assert run(capsys, "add", "Tom Weller")[0] == 0
    code, said = run(capsys, "supervise", "tom weller", "ines maar")
    assert (code, said.strip()) == (0, "Ines Maar supervises Tom Weller.")
    code, said = run(capsys, "list")
    assert [" ".join(line.split()) for line in said.splitlines()] == [
        "Ines Maar invited instructor, supervisor",
        "Tom Weller invited trainee",
    ]
    assert "/account/link/" in run(capsys, "reset", "Tom Weller")[1]
    assert "signed out everywhere" in run(capsys, "revoke", "Tom Weller")[1]
    assert "can sign in again" in run(capsys, "restore", "Tom Weller")[1]
    assert "is deleted" in run(capsys, "delete", "Tom Weller", "--yes")[1]
    assert accounts.find_by_name(Store(folder), "Tom Weller") is None


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("add", ""), "A name has 1 to 80 characters"),
        (("add", "Tom", "--role", "king"), "'king' is not one of"),
        (("reset", "Nobody"), "Nobody here is called 'Nobody'"),
        (("supervise", "Nobody", "Else"), "Nobody here is called 'Nobody'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], said: str
) -> None:
    code, printed = run(capsys, *args)
    assert code == 2
    assert said in printed
    assert len(printed.strip().splitlines()) == 1
