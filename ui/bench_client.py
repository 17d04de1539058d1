"""A browser's side of a page, without a browser: what the benchmarks load and touch pages with.

Speaks Streamlit's own messages over its websocket, one script run at a time, and keeps the widgets
that the last run drew, so that they can be touched.
"""

import asyncio
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from ui.guard import COOKIE

LONGEST_S = 120.0


class PageError(Exception):
    """The page was not drawn as it should have been."""


class Client:
    """One open page of one person."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """Takes the server's address, and a session's token where people sign in."""
        self._url = f"ws://{urlsplit(url).netloc}/_stcore/stream"
        self._headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
        self._socket: ClientConnection | None = None
        self._page, self._query = "", ""
        self.switches: dict[str, str] = {}  # label → widget
        self.texts: list[str] = []

    async def __aenter__(self) -> "Client":
        """Opens the connection; nothing is drawn yet."""
        self._socket = await connect(
            self._url,
            additional_headers=self._headers,
            max_size=None,
            open_timeout=LONGEST_S,
            ping_interval=None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        """Closes it."""
        if self._socket is not None:
            await self._socket.close()

    async def load(self, page: str = "", query: str = "") -> float:
        """Opens a page by its address; returns the seconds until it was drawn."""
        self._page, self._query = page, query
        return await self._run(None, False)

    async def switch(self, label: str, on: bool) -> float:
        """Turns a switch or box; returns the seconds until the page was drawn again."""
        widget = next((one for name, one in self.switches.items() if name.startswith(label)), None)
        if widget is None:
            raise PageError(f"There is no switch {label!r}, only {sorted(self.switches)}.")
        return await self._run(widget, on)

    async def _run(self, widget: str | None, on: bool) -> float:
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = self._page, self._query
        state.context_info.timezone, state.context_info.locale = "UTC", "en"
        if widget is not None:
            one = state.widget_states.widgets.add()
            one.id, one.bool_value = widget, on
        began = time.perf_counter()
        assert self._socket is not None  # noqa: S101 - opened before
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(LONGEST_S):
            await self._drawn()
        return time.perf_counter() - began

    async def _drawn(self) -> None:
        assert self._socket is not None  # noqa: S101 - opened before
        self.switches, self.texts = {}, []
        async for data in self._socket:
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._take(message.delta.new_element)
            elif kind == "script_finished":
                finished = ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
                if finished == "FINISHED_SUCCESSFULLY":
                    return
                if finished != "FINISHED_EARLY_FOR_RERUN":
                    raise PageError(f"The page {self._page!r} ended with {finished}.")
        raise PageError("The server closed the connection.")

    def _take(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "checkbox":
            self.switches[element.checkbox.label] = element.checkbox.id
        elif kind in ("markdown", "html"):
            self.texts.append(getattr(element, kind).body)
        elif kind == "heading":
            self.texts.append(element.heading.body)
        elif kind == "exception":
            raise PageError(element.exception.message or element.exception.type)
