"""An institution's sign-in, against a real provider on loopback: the way there and back."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from practice import (
    accounts,
    audit,
    belongings,
    consent,
    identities,
    institution,
    invitations,
    privacy,
    serving,
)
from practice.access import SHELL
from practice.accounts import AccountError, Person
from practice.institution import Identity
from practice.store import Store
from practice.worker import now
from tests.people import PASSWORD
from tests.provider import LIES, Provider, running_provider
from ui import account_routes, guard, institution_routes, server

HOME = "http://localhost"


async def inside(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


def app() -> Starlette:
    return Starlette(
        routes=[
            *account_routes.ROUTES,
            *institution_routes.ROUTES,
            Route("/{path:path}", inside, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(guard.Guard)],
    )


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as started:
        yield started


def offered(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    institution._new_client.cache_clear()
    known = institution.from_settings(settings)
    monkeypatch.setattr(server, "sign_in_elsewhere", lambda: known)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Store:
    opened = Store(tmp_path)
    monkeypatch.setattr(server, "store", lambda: opened)
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(True, "it is a test"))
    offered(monkeypatch, provider.settings(HOME))
    return opened


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(app(), base_url=HOME, follow_redirects=False) as made:
        yield made


def another_browser() -> TestClient:
    return TestClient(app(), base_url=HOME, follow_redirects=False)


def form_token(client: TestClient, path: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def set_out(client: TestClient, path: str = "/account/sign-in", **fields: str) -> httpx2.Response:
    """Presses the button on one of our pages."""
    form = {"form_token": form_token(client, path), "purpose": "sign_in", **fields}
    answer: httpx2.Response = client.post(guard.INSTITUTION_START, data=form)
    return answer


def to_provider(answer: httpx2.Response) -> str:
    """The provider's address on the page that goes on by itself."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found is not None, answer.text
    return found.group(1).replace("&amp;", "&")


def signs_in_there(answer: httpx2.Response, subject: str) -> str:
    """Signs in on the provider's page; returns where it sends the browser back to."""
    back = httpx2.post(to_provider(answer), data={"sub": subject})
    assert back.status_code == 302
    return back.headers["location"]


def invited(store: Store, name: str = "Ada Quist") -> tuple[Person, str]:
    return invitations.invite(store, SHELL, name, ("trainee",), now())


def joined(client: TestClient, store: Store, subject: str) -> Person:
    """Somebody who has taken the institution's sign-in by their invitation, and is signed in."""
    person, token = invited(store, f"Person {subject}")
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    assert client.get(signs_in_there(answer, subject)).headers["location"] == "/"
    return person


def signed_out(client: TestClient) -> None:
    client.cookies.clear()


def who(client: TestClient, store: Store) -> Person | None:
    return accounts.whose(store, client.cookies.get(guard.COOKIE), now())


def test_an_invited_person_links_their_institution_and_comes_in_that_way_from_then_on(
    client: TestClient, store: Store
) -> None:
    person, token = invited(store)
    page = client.get(f"/account/link/{token}")
    assert "Sign in with Fenwick College" in page.text
    answer = set_out(
        client, f"/account/link/{token}", purpose="one_time_link", token=token, practice="yes"
    )
    back = client.get(signs_in_there(answer, "ada-17"))
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert who(client, store) == person
    assert consent.given_by(store, person.id, "practice")
    assert client.get(f"/account/link/{token}").status_code == 410
    assert identities.ways(store, person.id).password is False

    signed_out(client)
    back = client.get(signs_in_there(set_out(client, next="/asked?x=1"), "ada-17"))
    assert (back.status_code, back.headers["location"]) == (303, "/asked?x=1")
    assert who(client, store) == person
    cookie = next(
        one for one in back.headers.get_list("set-cookie") if one.startswith(guard.COOKIE)
    )
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    accounts.sign_out_everywhere(store, person.id)  # the same sessions as passwords begin
    assert client.get("/").status_code == 401


def test_only_the_subject_counts_and_somebody_not_invited_is_sent_to_an_instructor(
    client: TestClient, store: Store
) -> None:
    invited(store, "ada-18")  # the name of somebody invited is not their identity
    back = client.get(signs_in_there(set_out(client), "ada-18"))
    assert back.status_code == 403
    assert "instructor for an invitation" in back.text
    assert who(client, store) is None
    assert store.rows("SELECT * FROM identities") == []


def test_somebody_blocked_stays_out(client: TestClient, store: Store) -> None:
    person = joined(client, store, "ada-19")
    invitations.block(store, SHELL, person, now())
    signed_out(client)
    back = client.get(signs_in_there(set_out(client), "ada-19"))
    assert (back.status_code, who(client, store)) == (403, None)
    assert "closed at the moment" in back.text


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_us_now_opens_nothing(
    client: TestClient, store: Store, provider: Provider, lie: str
) -> None:
    person, _ = invited(store)
    with store.change() as db:
        identities.link(db, store, person, Identity(issuer=provider.issuer, subject=lie), now())
    back = client.get(signs_in_there(set_out(client), lie))
    assert (back.status_code, who(client, store)) == (400, None)
    assert "did not come through" in back.text


def test_the_same_token_without_a_lie_opens_the_account(
    client: TestClient, store: Store, provider: Provider
) -> None:
    person, _ = invited(store)
    with store.change() as db:
        identities.link(
            db, store, person, Identity(issuer=provider.issuer, subject="honest"), now()
        )
    assert client.get(signs_in_there(set_out(client), "honest")).status_code == 303
    assert who(client, store) == person


def test_a_forged_state_opens_nothing_and_does_not_end_the_trip(
    client: TestClient, store: Store
) -> None:
    person = joined(client, store, "ada-20")
    signed_out(client)
    back = signs_in_there(set_out(client), "ada-20")
    forged = re.sub(r"state=[^&]+", "state=forged", back)
    assert client.get(forged).status_code == 400
    assert who(client, store) is None
    assert client.get(back).status_code == 303
    assert who(client, store) == person


def test_a_way_back_works_once(client: TestClient, store: Store) -> None:
    joined(client, store, "ada-21")
    signed_out(client)
    answer = set_out(client)
    trip = client.cookies[institution_routes.TRIP_COOKIE]
    back = signs_in_there(answer, "ada-21")
    assert client.get(back).status_code == 303
    signed_out(client)
    assert store.rows("SELECT * FROM sign_in_trips") == []
    client.cookies.set(institution_routes.TRIP_COOKIE, trip)
    again = client.get(back)
    assert again.status_code == 400
    assert "began in another window" in again.text  # without asking the provider once more
    assert who(client, store) is None


def test_a_code_of_another_trip_opens_nothing_used_or_not(client: TestClient, store: Store) -> None:
    joined(client, store, "ada-22")
    signed_out(client)
    back = signs_in_there(set_out(client), "ada-22")
    code = parse_qs(urlsplit(back).query)["code"][0]
    thief = another_browser()

    def thief_tries() -> int:
        state = parse_qs(urlsplit(to_provider(set_out(thief))).query)["state"][0]
        return thief.get(f"{institution.CALLBACK}?code={code}&state={state}").status_code

    assert thief_tries() == 400  # PKCE's verifier does not fit
    assert client.get(back).status_code == 303
    assert thief_tries() == 400  # and now it is used, too
    assert who(thief, store) is None


def test_the_way_back_of_another_browser_opens_nothing(client: TestClient, store: Store) -> None:
    joined(client, store, "ada-23")
    signed_out(client)
    back = signs_in_there(set_out(client), "ada-23")
    victim = another_browser()
    assert victim.get(back).status_code == 400  # no trip at all
    set_out(victim)
    assert victim.get(back).status_code == 400  # a trip of its own, another state
    assert who(victim, store) is None


def test_a_trip_ends_after_ten_minutes(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined(client, store, "ada-24")
    signed_out(client)
    back = signs_in_there(set_out(client), "ada-24")
    later = now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(institution_routes, "now", lambda: later)
    assert client.get(back).status_code == 400
    set_out(client)
    assert len(store.rows("SELECT * FROM sign_in_trips")) == 1  # the old one is gone


def test_the_database_holds_nothing_with_which_a_trip_could_be_finished(
    client: TestClient, store: Store
) -> None:
    answer = set_out(client)
    asked = parse_qs(urlsplit(to_provider(answer)).query)
    secret = identities.Secret(client.cookies[institution_routes.TRIP_COOKIE])
    assert (asked["state"], asked["nonce"]) == ([secret.state], [secret.nonce])
    assert len(secret.verifier) == 43
    kept = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert store.rows("SELECT purpose FROM sign_in_trips") == [{"purpose": "sign_in"}]
    held = (secret.token, secret.state, secret.nonce, secret.verifier)
    assert [one for one in held if one.encode() in kept] == []


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/asked?x=1", "/asked?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/account/sign-out", "/"),
        ("/a" * 2000, "/"),
    ],
)
def test_coming_back_leads_nowhere_but_here(
    client: TestClient, store: Store, target: str, goes: str
) -> None:
    joined(client, store, "ada-25")
    signed_out(client)
    back = client.get(signs_in_there(set_out(client, next=target), "ada-25"))
    assert (back.status_code, back.headers["location"]) == (303, goes)


def test_setting_out_takes_a_form_of_ours(client: TestClient, store: Store) -> None:
    for form in ({}, {"form_token": "another"}):
        assert client.post(guard.INSTITUTION_START, data=form).status_code == 403
    elsewhere = {"origin": "http://evil.example"}
    form = {"form_token": form_token(client, "/account/sign-in")}
    assert client.post(guard.INSTITUTION_START, data=form, headers=elsewhere).status_code == 403
    assert store.rows("SELECT * FROM sign_in_trips") == []


def test_somebody_who_turns_back_there_can_still_use_their_link(
    client: TestClient, store: Store
) -> None:
    _, token = invited(store)
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    state = parse_qs(urlsplit(to_provider(answer)).query)["state"][0]
    back = client.get(f"{institution.CALLBACK}?error=access_denied&state={state}")
    assert back.status_code == 400
    assert "without signing in" in back.text and "Your link still works" in back.text
    form = {"form_token": form_token(client, path), "practice": "yes", "password": PASSWORD}
    assert client.post(path, data=form).status_code == 303


def test_an_invitation_asks_for_consent_on_this_way_too(client: TestClient, store: Store) -> None:
    _, token = invited(store)
    answer = set_out(client, f"/account/link/{token}", purpose="one_time_link", token=token)
    assert answer.status_code == 422
    assert "Please tick the box first" in answer.text
    assert store.rows("SELECT * FROM sign_in_trips") == []


def test_the_first_instructor_can_come_from_the_institution(
    client: TestClient, store: Store
) -> None:
    token = invitations.first_instructor(store, now())
    assert token is not None
    path = f"/account/link/{token}"
    fields = {"purpose": "one_time_link", "token": token, "practice": "yes"}
    assert "A name has 1 to 80" in set_out(client, path, **fields, name=" ").text
    answer = set_out(client, path, **fields, name="Ines Maar")
    assert client.get(signs_in_there(answer, "ines-1")).status_code == 303
    found = who(client, store)
    assert found is not None and (found.name, found.roles) == ("Ines Maar", {"instructor"})
    assert invitations.first_instructor(store, now()) is None


def test_one_identity_opens_one_account(client: TestClient, store: Store) -> None:
    first = joined(client, store, "ada-26")
    signed_out(client)
    _, token = invited(store, "Bo Lind")
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    back = client.get(signs_in_there(answer, "ada-26"))
    assert back.status_code == 403
    assert "already opens another account" in back.text and "Your link still works" in back.text
    assert store.rows("SELECT person FROM identities") == [{"person": first.id}]


def test_somebody_signed_in_links_and_unlinks_and_the_log_says_so(
    client: TestClient, store: Store, provider: Provider
) -> None:
    person, token = invited(store)
    _, session = invitations.use(store, token, PASSWORD, now())
    client.cookies.set(guard.COOKIE, session)
    answer = set_out(client, "/account", purpose="account")
    back = client.get(signs_in_there(answer, "ada-27"))
    assert (back.status_code, back.headers["location"]) == (303, "/account")
    assert identities.ways(store, person.id).issuers == (provider.issuer,)
    page = client.get("/account").text
    assert "Unlink Fenwick College" in page
    form = {"form_token": form_token(client, "/account")}
    assert client.post(guard.INSTITUTION_UNLINK, data={}).status_code == 403
    assert client.post(guard.INSTITUTION_UNLINK, data=form).status_code == 303
    assert identities.ways(store, person.id).issuers == ()
    did = [one.action for one in audit.all_about(store, person.id)]
    assert did[-2:] == ["linked an institution's sign-in", "unlinked an institution's sign-in"]


def test_the_only_way_in_is_not_unlinked(client: TestClient, store: Store) -> None:
    person = joined(client, store, "ada-28")
    page = client.get("/account").text
    assert "have no password here" in page and "Unlink" not in page
    form = {"form_token": form_token(client, "/account")}
    answer = client.post(guard.INSTITUTION_UNLINK, data=form)
    assert answer.status_code == 409
    assert "your only way in" in answer.text
    assert len(identities.ways(store, person.id).issuers) == 1


def test_a_link_from_the_account_page_is_for_the_session_that_asked(
    client: TestClient, store: Store
) -> None:
    person, token = invited(store)
    _, session = invitations.use(store, token, PASSWORD, now())
    client.cookies.set(guard.COOKIE, session)
    back = signs_in_there(set_out(client, "/account", purpose="account"), "ada-29")
    other, other_token = invited(store, "Bo Lind")
    _, other_session = invitations.use(store, other_token, PASSWORD + "!", now())
    client.cookies.set(guard.COOKIE, other_session)  # somebody else sat down meanwhile
    assert client.get(back).status_code == 403
    assert [identities.ways(store, one.id).issuers for one in (person, other)] == [(), ()]


def test_signing_out_ends_a_trip_from_the_account_page(client: TestClient, store: Store) -> None:
    _, token = invited(store)
    _, session = invitations.use(store, token, PASSWORD, now())
    client.cookies.set(guard.COOKIE, session)
    back = signs_in_there(set_out(client, "/account", purpose="account"), "ada-30")
    accounts.sign_out(store, session)
    assert client.get(back).status_code == 400
    assert store.rows("SELECT * FROM identities") == []


def test_a_newer_invitation_ends_a_trip_with_the_older(client: TestClient, store: Store) -> None:
    person, token = invited(store)
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    back = signs_in_there(answer, "ada-31")
    invitations.new_link(store, SHELL, person, now())
    assert client.get(back).status_code == 400
    assert store.rows("SELECT * FROM identities") == []


def test_a_reset_link_takes_another_identity_of_the_institution(
    client: TestClient, store: Store
) -> None:
    person = joined(client, store, "ada-32")
    before = client.cookies[guard.COOKIE]
    kind, token = invitations.new_link(store, SHELL, person, now())
    assert kind == "reset"  # somebody with a sign-in elsewhere has joined already
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token)
    assert client.get(signs_in_there(answer, "ada-32b")).status_code == 303
    assert store.rows("SELECT subject FROM identities") == [{"subject": "ada-32b"}]
    assert accounts.whose(store, before, now()) is None


def test_deleting_a_person_takes_their_link_with_them(client: TestClient, store: Store) -> None:
    person = joined(client, store, "ada-33-of-fenwick")
    set_out(client, "/account", purpose="account")
    _, token = invited(store, "Bo Lind")
    set_out(client, f"/account/link/{token}", purpose="one_time_link", token=token, practice="yes")
    theirs = belongings.owned(store, "people", [person.id])["identities"]
    assert [one["subject"] for one in theirs] == ["ada-33-of-fenwick"]  # so it is in the download
    privacy.delete_person(store, person, person.id, now())
    assert store.rows("SELECT * FROM identities") == []
    kept = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert b"ada-33-of-fenwick" not in kept
    signed_out(client)
    assert client.get(signs_in_there(set_out(client), "ada-33-of-fenwick")).status_code == 403


def test_when_the_provider_is_down_a_kind_sentence_stands_above_the_password(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = invited(store)
    invitations.use(store, token, PASSWORD, now())
    offered(monkeypatch, Provider("http://127.0.0.1:9").settings(HOME))
    answer = set_out(client, next="/asked")
    assert answer.status_code == 502
    assert "does not answer just now" in answer.text
    assert 'name="password"' in answer.text and 'value="/asked"' in answer.text
    form = {"form_token": form_token(client, "/account/sign-in"), "name": "Ada Quist"}
    assert client.post("/account/sign-in", data={**form, "password": PASSWORD}).status_code == 303


def test_when_the_provider_goes_down_on_the_way_an_invitation_is_not_lost(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = invited(store)
    path = f"/account/link/{token}"
    answer = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    back = signs_in_there(answer, "ada-34")
    offered(monkeypatch, Provider("http://127.0.0.1:9").settings(HOME))
    late = client.get(back)
    assert late.status_code == 502
    assert "Your link still works" in late.text
    assert client.get(path).status_code == 200
    again = set_out(client, path, purpose="one_time_link", token=token, practice="yes")
    assert again.status_code == 502
    assert "does not answer just now" in again.text and "A password" in again.text


def test_nothing_is_asked_of_the_provider_until_somebody_presses_the_button(
    client: TestClient, store: Store
) -> None:
    with running_provider() as quiet, pytest.MonkeyPatch.context() as patch:
        offered(patch, quiet.settings(HOME))
        _, token = invited(store)
        client.get("/account/sign-in")
        client.get(f"/account/link/{token}")
        client.get(f"{institution.CALLBACK}?code=x&state=y")
        assert httpx2.get(f"{quiet.issuer}/asked").json() == []
        assert set_out(client).status_code == 200
        asked = httpx2.get(f"{quiet.issuer}/asked").json()
    assert asked == ["/.well-known/openid-configuration"]


def test_without_settings_nothing_is_offered_and_nothing_can_be_asked(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "sign_in_elsewhere", lambda: None)
    assert "Sign in with" not in client.get("/account/sign-in").text
    assert set_out(client).status_code == 404
    assert client.get(f"{institution.CALLBACK}?code=x&state=y").status_code == 404


def test_a_secret_that_the_provider_does_not_know_is_said_in_the_log_only(
    client: TestClient,
    store: Store,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = {**provider.settings(HOME), institution.CLIENT_SECRET: "not the one"}
    offered(monkeypatch, settings)
    back = client.get(signs_in_there(set_out(client), "ada-35"))
    assert back.status_code == 400
    assert "invalid_client" in caplog.text and "invalid_client" not in back.text
    assert "not the one" not in caplog.text


def test_a_name_is_shown_harmless(
    client: TestClient, store: Store, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(monkeypatch, {**provider.settings(HOME), institution.NAME: "<script>x</script>"})
    assert "<script" not in client.get("/account/sign-in").text
    assert "<script" not in set_out(client).text


def test_the_trip_cookie_is_for_the_way_there_and_back_only(
    client: TestClient, store: Store
) -> None:
    answer = set_out(client)
    cookie = next(
        one
        for one in answer.headers.get_list("set-cookie")
        if one.startswith(institution_routes.TRIP_COOKIE)
    )
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert "Path=/account/oidc;" in cookie and "Max-Age=600" in cookie


def test_an_identity_cannot_be_linked_to_nobody(store: Store, at: datetime) -> None:
    with pytest.raises(AccountError, match="nobody has invited you"):
        identities.sign_in(store, Identity(issuer="https://a.example", subject="x"), at)
