"""What comes through a proxy: believed only where somebody named the proxy."""

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from practice import serving
from ui import guard, proxied, server


def connection(headers: Mapping[str, str], client: str = "198.51.100.7") -> HTTPConnection:
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": pairs, "client": (client, 4711)})


def test_an_address_from_a_header_counts_only_where_a_proxy_was_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(proxied.NAMED, raising=False)
    forged = connection({"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9")
    assert proxied.address(forged) == proxied.UNNAMED
    assert proxied.address(connection({})) == "198.51.100.7"
    monkeypatch.setenv(proxied.NAMED, "127.0.0.1")  # uvicorn has looked at who it is from
    assert proxied.address(forged) == "203.0.113.9"


async def inside(_: object) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")
    await socket.close()


def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(server, "mode", lambda: serving.Mode(False, "it is a test"))
    app = Starlette(
        routes=[WebSocketRoute("/_stcore/stream", stream), Route("/", inside)],
        middleware=[Middleware(guard.Guard)],
    )
    return TestClient(app, base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_alone_nobody_is_answered_through_a_proxy_even_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    asked = client(monkeypatch)
    assert asked.get("/").text == "inside"
    assert asked.get("/", headers={name: "127.0.0.1"}).status_code == 403


def test_a_websocket_is_opened_only_by_a_page_of_this_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = client(monkeypatch)
    url, own = "ws://127.0.0.1:8501/_stcore/stream", {"origin": "http://127.0.0.1:8501"}
    with asked.websocket_connect(url, headers=own) as open_one:
        assert open_one.receive_text() == "inside"
    for origin in ("http://127.0.0.1:9999", "https://elsewhere.example", "null"):
        with (
            pytest.raises(WebSocketDenialResponse),
            asked.websocket_connect(url, headers={"origin": origin}),
        ):
            pass
