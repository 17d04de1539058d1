"""What a proxy in front of the server says of the one who asks, and when that is believed.

uvicorn puts the address from X-Forwarded-For in place of the proxy's, if the proxy is one of
FORWARDED_ALLOW_IPS, which `between serve` sets. Started otherwise, it believes whoever speaks from
this computer without having been told to; what it was told in that way is not used here.
"""

import os
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

NAMED = "FORWARDED_ALLOW_IPS"  # uvicorn's setting: there when somebody has named the proxies
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
UNNAMED = "through a proxy that is not named"


def through_one(connection: HTTPConnection) -> bool:
    """Returns whether a request says that it came through a proxy, so from anywhere."""
    return any(name in connection.headers for name in FORWARDED)


def address(connection: HTTPConnection) -> str:
    """Returns who asks, for counting misses: never what a stranger could have made up.

    Everybody who comes with such a header through a proxy that nobody named counts as one.
    """
    if NAMED not in os.environ and "x-forwarded-for" in connection.headers:
        return UNNAMED
    return connection.client.host if connection.client else "unknown"


def of_this_server(connection: HTTPConnection) -> bool:
    """Returns whether a websocket is opened by a page of this server, where the browser says.

    Asked before Streamlit asks, which would look a foreign page's address up elsewhere.
    """
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")
