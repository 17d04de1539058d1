"""Signing in: passwords, sessions, lockout, one-time links."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from practice import access, accounts, invitations, serving
from practice.access import SHELL
from practice.accounts import AccountError, Person, SignInError
from practice.store import Store
from tests.people import PASSWORD

HERE = "192.0.2.7"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def joined(store: Store, at: datetime, name: str = "Ada Quist") -> tuple[Person, str]:
    """Somebody who has taken a password, and the session that began."""
    _, token = invitations.invite(store, SHELL, name, ("trainee",), at)
    return invitations.use(store, token, PASSWORD, at)


def test_a_person_signs_in_by_name_however_it_is_written(store: Store, at: datetime) -> None:
    person, _ = joined(store, at)
    token = accounts.sign_in(store, "  ADA   quist ", PASSWORD, HERE, at)
    assert accounts.whose(store, token, at) == person


def test_neither_password_nor_token_is_anywhere_in_the_data_folder(
    store: Store, at: datetime
) -> None:
    _, token = invitations.invite(store, SHELL, "Ada Quist", ("trainee",), at)
    _, session = invitations.use(store, token, PASSWORD, at)
    kept = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert b"Ada Quist" in kept
    assert [one for one in (PASSWORD, token, session) if one.encode() in kept] == []
    assert store.rows("SELECT password FROM accounts")[0]["password"].startswith("$argon2id$")


@pytest.mark.parametrize(("name", "password"), [("Ada Quist", "wrong one"), ("Nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    store: Store, at: datetime, name: str, password: str
) -> None:
    joined(store, at)
    with pytest.raises(SignInError, match="That name and password do not go together"):
        accounts.sign_in(store, name, password, HERE, at)


def test_five_misses_lock_a_name_from_that_address_and_only_from_there(
    store: Store, at: datetime
) -> None:
    joined(store, at)
    for _ in range(accounts.MAX_MISSES_PAIR):
        with pytest.raises(SignInError, match="go together"):
            accounts.sign_in(store, "Ada Quist", "wrong one", HERE, at)
    with pytest.raises(SignInError, match="wait 15 minutes"):
        accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)
    assert accounts.sign_in(store, "Ada Quist", PASSWORD, "192.0.2.99", at)
    later = at + accounts.MISSES_WITHIN + timedelta(seconds=1)
    assert accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, later)


@pytest.mark.parametrize("many", ["names", "addresses"])
def test_many_misses_lock_an_address_or_a_name(store: Store, at: datetime, many: str) -> None:
    joined(store, at)
    with store.change() as db:
        db["sign_in_misses"].insert_all(
            {
                "name_sha256": accounts.sha256(f"x{n}" if many == "names" else "ada quist"),
                "address": HERE if many == "names" else f"192.0.2.{n + 100}",
                "at": at.isoformat(),
            }
            for n in range(30)
        )
    with pytest.raises(SignInError, match="wait 15 minutes"):
        accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at + timedelta(seconds=1))


def test_a_session_ends_by_itself_by_rest_and_by_signing_out(store: Store, at: datetime) -> None:
    person, token = joined(store, at)
    assert accounts.whose(store, token, at + accounts.SESSION_RESTS) is None
    seen = at
    while seen + timedelta(days=2) < at + accounts.SESSION_LASTS:  # used every other day
        seen += timedelta(days=2)
        assert accounts.whose(store, token, seen) == person
    assert accounts.whose(store, token, at + accounts.SESSION_LASTS) is None
    other = accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)
    accounts.sign_out(store, other)
    assert accounts.whose(store, other, at) is None
    assert accounts.whose(store, token, at) == person


def test_signing_out_everywhere_ends_every_session(store: Store, at: datetime) -> None:
    person, first = joined(store, at)
    second = accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)
    assert accounts.sign_out_everywhere(store, person.id) == 2
    assert [accounts.whose(store, one, at) for one in (first, second)] == [None, None]


@pytest.mark.parametrize("token", ["", None, "x", "' OR 1=1 --", "a" * 10_000])
def test_a_forged_token_is_nobodys(store: Store, at: datetime, token: str | None) -> None:
    joined(store, at)
    assert accounts.whose(store, token, at) is None


def test_an_invitation_works_once_and_not_after_a_week(store: Store, at: datetime) -> None:
    _, token = invitations.invite(store, SHELL, "Ada Quist", ("trainee",), at)
    with pytest.raises(AccountError, match="used or is too old"):
        invitations.opened(store, token, at + timedelta(days=7))
    invitations.use(store, token, PASSWORD, at)
    with pytest.raises(AccountError, match="used or is too old"):
        invitations.use(store, token, "another lantern 8", at)
    assert accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)


def test_a_weak_password_leaves_the_invitation_as_it_was(store: Store, at: datetime) -> None:
    _, token = invitations.invite(store, SHELL, "Ada Quist", ("trainee",), at)
    for weak in ("short", "aaaaaaaaaaaa", "1234567890", "x" * 201):
        with pytest.raises(AccountError):
            invitations.use(store, token, weak, at)
    assert invitations.use(store, token, PASSWORD, at)[0].name == "Ada Quist"


def test_a_link_for_a_new_password_ends_the_old_one_and_its_sessions(
    store: Store, at: datetime
) -> None:
    person, session = joined(store, at)
    kind, older = invitations.new_link(store, SHELL, person, at)
    _, token = invitations.new_link(store, SHELL, person, at)
    assert kind == "reset"
    with pytest.raises(AccountError):
        invitations.opened(store, older, at)
    invitations.use(store, token, "copper orchard 41", at)
    assert accounts.whose(store, session, at) is None
    with pytest.raises(SignInError):
        accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)


def test_a_blocked_person_is_out_at_once_and_can_be_let_in_again(
    store: Store, at: datetime
) -> None:
    person, session = joined(store, at)
    invitations.block(store, SHELL, person, at)
    assert accounts.whose(store, session, at) is None
    with pytest.raises(SignInError, match="go together"):
        accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)
    invitations.unblock(store, SHELL, person, at)
    assert accounts.sign_in(store, "Ada Quist", PASSWORD, HERE, at)


def test_the_first_start_invites_the_first_instructor_and_no_later_one_does(
    store: Store, at: datetime
) -> None:
    old, token = (invitations.first_instructor(store, at) for _ in range(2))
    assert old is not None and token is not None
    with pytest.raises(AccountError):
        invitations.opened(store, old, at)
    person, _ = invitations.use(store, token, PASSWORD, at, name="Ines Maar")
    assert (person.name, person.roles) == ("Ines Maar", {"instructor"})
    assert accounts.find_by_name(store, "ines maar") == accounts.get(store, person.id)
    assert invitations.first_instructor(store, at) is None


@pytest.mark.parametrize(
    "name", ["", "  ", "a\x00b", "x" * 81, "<b>Ada</b>", "![x](y)", "a\u202eb", "`rm`"]
)
def test_a_name_that_cannot_be_read_or_could_be_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(AccountError):
        accounts.check_name(name)


def test_a_list_invites_everybody_or_nobody(store: Store, at: datetime) -> None:
    text = "Name,Roles\nAda Quist\nBo Ek,supervisor; instructor\n\n"
    made = invitations.invite_many(store, SHELL, text, at)
    assert [(one.name, sorted(one.roles)) for one, _ in made] == [
        ("Ada Quist", ["trainee"]),
        ("Bo Ek", ["instructor", "supervisor"]),
    ]
    with pytest.raises(AccountError, match="Line 2: king is no role"):
        invitations.invite_many(store, SHELL, "Cy Moe\nDi Poe,king", at)
    with pytest.raises(AccountError, match="Line 2: there is somebody called ADA QUIST"):
        invitations.invite_many(store, SHELL, "Cy Moe\nADA QUIST", at)
    assert accounts.find_by_name(store, "Cy Moe") is None


@pytest.mark.parametrize(
    ("setting", "address", "anybody", "on"),
    [
        (None, "127.0.0.1", False, False),
        (None, "localhost", False, False),
        (None, "::1", False, False),
        (None, "127.0.0.1", True, True),
        ("0", "127.0.0.1", True, False),
        ("1", "127.0.0.1", False, True),
        (None, "0.0.0.0", False, True),
        (None, "", False, True),
        (None, None, False, True),
        ("0", "0.0.0.0", False, True),
        ("0", "10.1.2.3", False, True),
        (None, "127.0.0.1.example.org", False, True),
    ],
)
def test_accounts_are_on_wherever_somebody_else_could_reach_the_server(
    setting: str | None, address: str | None, anybody: bool, on: bool
) -> None:
    assert serving.mode(setting, address, anybody).accounts is on


def test_the_audit_log_can_only_be_added_to(store: Store, at: datetime) -> None:
    access.check(store, SHELL, "manage_people", "everyone", at)
    assert len(store.rows("SELECT * FROM audit_log")) == 1
    for statement in ("UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"):
        with pytest.raises(Exception, match="only ever added to"), store.change() as db:
            db.execute(statement)
