"""Whether people sign in here: decided in this one place, from how the server is reached."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONFIG = Path(__file__).parent.parent / ".streamlit" / "config.toml"
SETTING = "BETWEEN_ACCOUNTS"
URL = "BETWEEN_URL"
LOCAL_NAMES = frozenset({"localhost"})
DEFAULT_PORT = 8501  # Streamlit's


@dataclass(frozen=True)
class Mode:
    """Whether there are accounts; ``because`` completes "accounts are on (or off) because …"."""

    accounts: bool
    because: str


def is_loopback(host: str | None) -> bool:
    """Returns whether a host name or address is this computer's own, reached from nowhere else."""
    name = (host or "").strip().strip("[]").lower()
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def mode(setting: str | None, address: str | None, any_accounts: bool) -> Mode:
    """Returns whether people sign in, and why. In doubt they do.

    Args:
        setting: ``BETWEEN_ACCOUNTS`` ("1", "0" or not set).
        address: what the server is bound to; ``None`` or "" is every address of the computer.
        any_accounts: whether somebody has an account already.
    """
    if setting not in (None, "", "0"):
        return Mode(True, f"{SETTING} is set")
    if not is_loopback(address):
        where = address or "every address"
        return Mode(True, f"the server listens on {where}, where others can reach it")
    if setting == "0":
        return Mode(False, f"{SETTING}=0, and only this computer can reach the server")
    if any_accounts:
        return Mode(True, f"there are accounts in the data folder ({SETTING}=0 leaves them aside)")
    return Mode(False, "only this computer can reach the server, and nobody has an account")


def address_problem(base: str, url: str | None) -> str | None:
    """Returns why links and sign-in could not work where the app is served, or ``None``.

    Args:
        base: what every path begins with: "" or, say, "/practice" (``server.baseUrlPath``).
        url: ``BETWEEN_URL``, the address that people know, if it is set.
    """
    path = urlsplit(url).path.rstrip("/") if url else ""
    if path == base:
        return None
    if not url:
        return (
            f"The app is served under {base} (server.baseUrlPath): set {URL} to its whole address,"
            f" such as https://your.example{base}, so that links lead there."
        )
    return (
        f"{URL} is {url!r}, but the app is served under {base or '/'}: let both end alike (set"
        f" server.baseUrlPath to {path.strip('/')!r}, or change {URL})."
    )


def known_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """Returns ``BETWEEN_URL``, the address that people know, without a last slash, if it is set."""
    return environment.get(URL, "").strip().rstrip("/") or None


def local_url(address: str | None, port: int, base: str = "", *, secure: bool = False) -> str:
    """Returns where somebody at this computer opens the app.

    Args:
        address: what the server is bound to; where that is every address, "localhost" is one.
        port: what it listens on.
        base: what every path begins with: "" or, say, "/practice".
        secure: whether the server itself speaks HTTPS.
    """
    name = (address or "").strip().strip("[]")
    if name in ("", "0.0.0.0", "::"):
        name = "localhost"
    elif ":" in name:
        name = f"[{name}]"
    return f"{'https' if secure else 'http'}://{name}:{port}{base}"


def configured_url(environment: Mapping[str, str] = os.environ) -> str:
    """Returns where the app is at this computer when started as it is configured."""
    port = environment.get("STREAMLIT_SERVER_PORT") or str(_configured().get("port", ""))
    path = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return local_url(
        configured_address(environment),
        int(port) if port.isdecimal() else DEFAULT_PORT,
        f"/{path}" if path else "",
    )


def configured_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """Returns the address the app will be bound to when started as it is configured."""
    named = environment.get("STREAMLIT_SERVER_ADDRESS")
    if named is not None:
        return named
    server = _configured()
    return str(server["address"]) if "address" in server else None


def _configured() -> Mapping[str, object]:
    if not CONFIG.exists():
        return {}
    found: Mapping[str, object] = tomllib.loads(CONFIG.read_text(encoding="utf-8")).get(
        "server", {}
    )
    return found
