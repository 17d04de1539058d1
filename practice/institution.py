"""An institution's own sign-in (OpenID Connect): which one it is, and what is asked of it.

The only importer of Authlib, and only once somebody sets out to sign in: until then nothing is
loaded and nothing is asked of the network. Of what the institution tells us about a person we
take one thing, the subject: an identifier that is theirs for good. Names and e-mail addresses
change hands, so they decide nothing here and are not asked for.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

from practice.accounts import MAX_NAME_CHARS, AccountError
from practice.serving import URL, is_loopback

ISSUER = "BETWEEN_OIDC_ISSUER"
CLIENT_ID = "BETWEEN_OIDC_CLIENT_ID"
CLIENT_SECRET = "BETWEEN_OIDC_CLIENT_SECRET"
NAME = "BETWEEN_OIDC_NAME"
NEEDED = (ISSUER, CLIENT_ID, CLIENT_SECRET, URL)
DISCOVERY = "/.well-known/openid-configuration"
CALLBACK = "/account/oidc/callback"
ASK_AGAIN_AFTER = timedelta(hours=1)  # its addresses and keys may change
TIMEOUT_S = 10.0
LEEWAY_S = 60  # how far its clock and ours may be apart
MAX_SUBJECT_CHARS = 255  # OpenID Connect Core 1.0, section 2
# Signed with a key that only the institution has: neither "none" nor a secret of both sides.
ALGORITHMS = frozenset(
    f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)
) | {"EdDSA", "Ed25519"}


class InstitutionError(AccountError):
    """The institution's sign-in did not come about; the message says what to do.

    ``why`` is for whoever runs the server, ``away`` says that the institution did not answer.
    """

    def __init__(self, message: str, why: str, *, away: bool = False) -> None:
        """Holds the sentence for the person, and the reason for the log."""
        super().__init__(message)
        self.why = why
        self.away = away


class Institution(BaseModel):
    """Where people of an institution sign in, and as what we are known there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    issuer: str
    client_id: str
    client_secret: SecretStr
    callback: str  # where it sends people back to


class Identity(BaseModel):
    """Who somebody is there: the issuer and the subject, which together are theirs for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    subject: str


def from_settings(environment: Mapping[str, str] = os.environ) -> Institution | None:
    """Returns the institution whose sign-in is offered, or ``None`` if none is set.

    Raises:
        AccountError: the settings are incomplete or cannot be right; the message says which.
    """
    given = {key: environment.get(key, "").strip() for key in (*NEEDED, NAME)}
    if not (given[ISSUER] or given[CLIENT_ID] or given[CLIENT_SECRET] or given[NAME]):
        return None
    missing = [key for key in NEEDED if not given[key]]
    if missing:
        raise AccountError(
            f"The institution's sign-in is not complete: set {' and '.join(missing)} too"
            " (docs/institution-sign-in.md)."
        )
    for key in (ISSUER, URL):
        if not _is_secure(given[key]) or {"?", "#"} & set(given[key]):
            raise AccountError(
                f"{key} is {given[key]!r}; it must be an https:// address (http:// only on this"
                " computer), without anything after a “?” or “#”."
            )
    name = given[NAME] or "your institution"
    if len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise AccountError(f"{NAME} is {name[:90]!r}; use 1 to {MAX_NAME_CHARS} plain characters.")
    return Institution(
        name=name,
        issuer=given[ISSUER].removesuffix(DISCOVERY),
        client_id=given[CLIENT_ID],
        client_secret=SecretStr(given[CLIENT_SECRET]),
        callback=given[URL].rstrip("/") + CALLBACK,
    )


def described(environment: Mapping[str, str] = os.environ) -> tuple[bool, str] | None:
    """Returns whether the sign-in is set right, and in words how; asks nobody. None if not set."""
    try:
        found = from_settings(environment)
    except AccountError as exc:
        return False, f"{exc} Until then people sign in with passwords."
    if found is None:
        return None
    return True, f"“{found.name}” by {found.issuer}, which must know {found.callback}"


def _is_secure(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    named = bool(host) and parts.username is None and address.isprintable()
    return named and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


async def way_there(
    institution: Institution, state: str, nonce: str, verifier: str, at: datetime
) -> str:
    """Returns the address of the institution's own page, where somebody signs in.

    Args:
        institution: whose.
        state: comes back with the person, so that we know who set out.
        nonce: comes back inside the signed token.
        verifier: of PKCE; only its hash goes into the address.
        at: now.

    Raises:
        InstitutionError: it does not answer, or not as it should.
    """
    with _Troubles(institution):
        client = await _client(institution, at)
        made = await client.create_authorization_url(
            institution.callback, state=state, nonce=nonce, code_verifier=verifier
        )
        return str(made["url"])


async def who_came(
    institution: Institution, code: str, nonce: str, verifier: str, at: datetime
) -> Identity:
    """Returns who somebody is, from the code they brought back.

    Authlib checks the token's signature, issuer, audience, times and nonce.

    Raises:
        InstitutionError: it does not answer, or what it says cannot be relied on.
    """
    with _Troubles(institution):
        client = await _client(institution, at)
        tokens = await client.fetch_access_token(
            institution.callback, code=code, code_verifier=verifier
        )
        if not tokens.get("id_token"):
            raise ValueError("it sent no id_token")
        issuer = client.server_metadata["issuer"]
        claims = await client.parse_id_token(
            tokens,
            nonce=nonce,
            # Without these Authlib would take a token for another client that names us as azp.
            claims_options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": institution.client_id},
                "sub": {"essential": True},
            },
            leeway=LEEWAY_S,
        )
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS:
            raise ValueError("its token has no usable sub")
        return Identity(issuer=issuer, subject=subject)


async def _client(institution: Institution, at: datetime) -> Any:
    """Returns Authlib's client, which knows the institution's addresses (for an hour)."""
    client = _new_client(institution, int(at.timestamp() // ASK_AGAIN_AFTER.total_seconds()))
    known = "_loaded_at" in client.server_metadata
    told = await client.load_server_metadata()
    if known:
        return client
    problem = _problem(institution, told)
    if problem is not None:
        _new_client.cache_clear()
        raise ValueError(problem)
    told["id_token_signing_alg_values_supported"] = sorted(
        ALGORITHMS & set(told.get("id_token_signing_alg_values_supported") or ["RS256"])
    )
    ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in ways and "client_secret_post" in ways:
        client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
    return client


@lru_cache(maxsize=1)
def _new_client(institution: Institution, _hour: int) -> Any:
    from authlib.integrations.starlette_client import OAuth

    return OAuth().register(
        "institution",
        client_id=institution.client_id,
        client_secret=institution.client_secret.get_secret_value(),
        server_metadata_url=institution.issuer.rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "timeout": TIMEOUT_S,
        },
    )


def _problem(institution: Institution, told: Mapping[str, Any]) -> str | None:
    """Returns what is wrong with the institution's discovery document, if anything."""
    issuer = str(told.get("issuer"))
    if issuer.rstrip("/") != institution.issuer.rstrip("/"):
        return f"its discovery document is that of the issuer {issuer!r}: set {ISSUER} to that"
    for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_secure(str(told.get(key))):
            return f"its discovery document has no https address as {key}"
    return None


class _Troubles:
    """Turns whatever can go wrong between us and the institution into one kind of error."""

    def __init__(self, institution: Institution) -> None:
        self.name = institution.name

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(self, kind: type | None, exc: BaseException | None, _trace: Any) -> None:
        """Raises the error that a person can be told."""
        if exc is None:
            return
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError, InvalidURL
        from joserfc.errors import JoseError

        why = f"{type(exc).__name__}: {exc}"[:300]
        if isinstance(exc, HTTPError | InvalidURL | json.JSONDecodeError):
            raise InstitutionError(
                f"The sign-in of {self.name} does not answer just now. Please try again in a few"
                " minutes; if you have a password here, that works as ever.",
                why,
                away=True,
            ) from exc
        if isinstance(exc, AuthlibBaseError | JoseError | ValueError | KeyError | TypeError):
            raise InstitutionError(
                f"The sign-in of {self.name} did not come through this time. Please begin once"
                " more; if it happens again, tell whoever looks after this server.",
                why,
            ) from exc
