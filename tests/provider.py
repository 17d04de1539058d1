"""A real OpenID Connect provider on loopback, in a process of its own.

It is oidc-provider-mock, made as strict as a real one about PKCE and our client's secret. Whoever
signs in there as one of `LIES` gets a token that is wrong in that way. ``/asked`` tells what was
asked of it.
"""

import base64
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENT_ID, CLIENT_SECRET = "between", "a secret of ours"
LIES = (
    "another nonce",
    "another audience",
    "another audience that names us",
    "another issuer",
    "an old token",
    "another key",
    "no signature",
    "signed with our secret",
    "no subject",
    "no token",
)
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Provider:
    """A running provider, by its issuer."""

    issuer: str

    def settings(self, url: str) -> dict[str, str]:
        """What the app at this address has in its environment to know the provider."""
        return {
            "BETWEEN_OIDC_ISSUER": self.issuer,
            "BETWEEN_OIDC_CLIENT_ID": CLIENT_ID,
            "BETWEEN_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "BETWEEN_OIDC_NAME": "Fenwick College",
            "BETWEEN_URL": url,
        }


@contextmanager
def running_provider() -> Iterator[Provider]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.provider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Provider(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def _lie(claims: dict[str, Any], key: dict[str, Any]) -> str | None:
    from joserfc import jwt
    from joserfc.jwk import OctKey, RSAKey

    what, alg, signer = claims["sub"], "RS256", RSAKey.import_key(key)
    if what == "another nonce":
        claims["nonce"] = "another"
    elif what == "another audience":
        claims["aud"] = ["another-client"]
    elif what == "another audience that names us":
        claims |= {"aud": ["another-client"], "azp": CLIENT_ID}
    elif what == "another issuer":
        claims["iss"] = "https://elsewhere.example"
    elif what == "an old token":
        claims |= {"iat": int(time.time()) - 9000, "exp": int(time.time()) - 3600}
    elif what == "another key":
        signer = RSAKey.generate_key(2048)
    elif what == "no subject":
        del claims["sub"]
    elif what == "no token":
        return None
    elif what == "no signature":
        return f"{_b64(json.dumps({'alg': 'none'}).encode())}.{_b64(json.dumps(claims).encode())}."
    elif what == "signed with our secret":
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
    header = {"alg": alg, "kid": key.get("kid")} if "kid" in key else {"alg": alg}
    return jwt.encode(header, claims, signer)


def _serve() -> None:
    import os

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    import flask
    import oidc_provider_mock
    import werkzeug.serving

    app = oidc_provider_mock.app(require_nonce=True)
    asked: list[str] = []
    challenges: dict[str, str] = {}

    @app.before_request
    def strict() -> Any:
        if flask.request.path == "/asked":
            return flask.jsonify(asked)
        asked.append(flask.request.path)
        if flask.request.path == "/oauth2/authorize":
            wanted = flask.request.args
            assert wanted["code_challenge_method"] == "S256"
            assert wanted["scope"] == "openid"
        if flask.request.path == "/oauth2/token":
            auth, form = flask.request.authorization, flask.request.form
            if auth is None or (auth.username, auth.password) != (CLIENT_ID, CLIENT_SECRET):
                return flask.jsonify(error="invalid_client"), 401
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            if challenges.get(form["code"], _b64(digest)) != _b64(digest):
                return flask.jsonify(error="invalid_grant"), 400
        return None

    @app.after_request
    def lie(response: flask.Response) -> flask.Response:
        if flask.request.path == "/.well-known/openid-configuration":
            told = json.loads(response.get_data())  # as careless as some are
            told["id_token_signing_alg_values_supported"] = ["none", "HS256", "RS256"]
            response.set_data(json.dumps(told))
        where = response.headers.get("location", "")
        if flask.request.path == "/oauth2/authorize" and "code=" in where:
            code = where.partition("code=")[2].partition("&")[0]
            challenges[code] = flask.request.args["code_challenge"]
        if flask.request.path == "/oauth2/token" and response.status_code == 200:
            told = json.loads(response.get_data())
            claims = _claims(told["id_token"])
            if claims["sub"] in LIES:
                key = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
                told["id_token"] = _lie(claims, key)
                response.set_data(json.dumps({k: v for k, v in told.items() if v is not None}))
        return response

    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    _serve()
