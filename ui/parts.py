"""Sound from memory to a player that asks for a part of it, as it does to start in the middle."""

import re

from starlette.responses import Response

HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
}
# One range, which is all that players ask for. Source: RFC 9110, 14.1.2.
RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def answer(sound: bytes, media_type: str, asked: str | None) -> Response:
    """Returns all of a sound, or the part that was asked for.

    Args:
        sound: the whole of it.
        media_type: what kind of sound it is.
        asked: the request's Range header; one that is not understood gets all of it.
    """
    found = RANGE.fullmatch(asked.strip()) if asked else None
    if found is None:
        return Response(sound, media_type=media_type, headers=HEADERS)
    first, last, from_end = found.groups()
    start = max(0, len(sound) - int(from_end)) if from_end else int(first)
    stop = min(len(sound), int(last) + 1) if last else len(sound)
    if start >= stop:
        return Response(
            status_code=416, headers={**HEADERS, "Content-Range": f"bytes */{len(sound)}"}
        )
    where = {"Content-Range": f"bytes {start}-{stop - 1}/{len(sound)}"}
    return Response(sound[start:stop], 206, media_type=media_type, headers={**HEADERS, **where})
