"""The settings of an institution's sign-in: right, incomplete or wrong."""

import subprocess
import sys

import pytest

from practice import institution
from practice.accounts import AccountError
from practice.institution import from_settings

RIGHT = {
    "BETWEEN_OIDC_ISSUER": "https://sign-in.fenwick.example/realms/students",
    "BETWEEN_OIDC_CLIENT_ID": "between",
    "BETWEEN_OIDC_CLIENT_SECRET": "a secret of ours",
    "BETWEEN_URL": "https://practice.fenwick.example/",
}


def test_nothing_set_is_nothing_offered() -> None:
    assert from_settings({}) is None
    assert from_settings({"BETWEEN_URL": "https://practice.example"}) is None
    assert institution.described({}) is None


def test_right_settings_say_where_people_are_sent_back_to() -> None:
    found = from_settings(RIGHT)
    assert found is not None
    assert found.name == "your institution"
    assert found.callback == "https://practice.fenwick.example/account/oidc/callback"
    told = institution.described({**RIGHT, "BETWEEN_OIDC_NAME": "Fenwick College"})
    assert told is not None and told[0]
    assert "Fenwick College" in told[1] and found.callback in told[1]
    assert "a secret of ours" not in told[1] + repr(found)


def test_the_address_of_the_discovery_document_will_do_as_the_issuer() -> None:
    whole = RIGHT["BETWEEN_OIDC_ISSUER"] + "/.well-known/openid-configuration"
    assert from_settings({**RIGHT, "BETWEEN_OIDC_ISSUER": whole}) == from_settings(RIGHT)


@pytest.mark.parametrize("missing", RIGHT)
def test_an_incomplete_setting_is_named(missing: str) -> None:
    with pytest.raises(AccountError, match=f"not complete: set {missing} too"):
        from_settings({**RIGHT, missing: " "})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("BETWEEN_OIDC_ISSUER", "http://sign-in.fenwick.example"),
        ("BETWEEN_OIDC_ISSUER", "sign-in.fenwick.example"),
        ("BETWEEN_OIDC_ISSUER", "https://sign-in.fenwick.example?tenant=1"),
        ("BETWEEN_OIDC_ISSUER", "https://[broken"),
        ("BETWEEN_OIDC_ISSUER", "https://user@sign-in.fenwick.example"),
        ("BETWEEN_URL", "http://practice.fenwick.example"),
        ("BETWEEN_OIDC_NAME", "x" * 81),
        ("BETWEEN_OIDC_NAME", "Fenwick\nCollege"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(key: str, value: str) -> None:
    with pytest.raises(AccountError, match=key) as wrong:
        from_settings({**RIGHT, key: value})
    assert repr(value[:50])[1:-1] in str(wrong.value)
    assert "\n" not in str(wrong.value)


ENDPOINTS = {
    "authorization_endpoint": "https://sign-in.fenwick.example/authorize?x=1",
    "token_endpoint": "https://sign-in.fenwick.example/token",
    "jwks_uri": "https://sign-in.fenwick.example/keys",
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"issuer": "https://sign-in.fenwick.example/realms/students/"}, None),
        ({"issuer": "https://other.example"}, "set BETWEEN_OIDC_ISSUER to that"),
        ({"issuer": None}, "None"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "as authorization_endpoint"),
        ({"token_endpoint": "http://sign-in.fenwick.example/token"}, "as token_endpoint"),
        ({"jwks_uri": None}, "as jwks_uri"),
    ],
)
def test_a_discovery_document_that_cannot_be_relied_on_is_refused(
    change: dict[str, str], problem: str | None
) -> None:
    found = from_settings(RIGHT)
    assert found is not None
    said = institution._problem(found, {"issuer": found.issuer, **ENDPOINTS, **change})
    assert (said is None) if problem is None else (problem in str(said))


def test_authlib_is_not_even_loaded_until_somebody_sets_out() -> None:
    code = (
        "import sys; from ui import institution_routes, server; server.entry;"
        " print([one for one in ('authlib', 'joserfc', 'httpx2') if one in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
