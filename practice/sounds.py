"""What kind of sound file a recording is, from how it begins."""

BEGINNINGS = (
    (b"RIFF", 0, "audio/wav"),
    (b"\x1a\x45\xdf\xa3", 0, "audio/webm"),
    (b"OggS", 0, "audio/ogg"),
    (b"fLaC", 0, "audio/flac"),
    (b"ftyp", 4, "audio/mp4"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf1", 0, "audio/aac"),
)
SUFFIXES = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a"}


def media_type(begins: bytes) -> str:
    """Returns the media type of a sound file; what is not known is never shown, only saved."""
    for mark, offset, kind in BEGINNINGS:
        if begins[offset : offset + len(mark)] == mark:
            return kind
    return "application/octet-stream"


def suffix(begins: bytes) -> str:
    """Returns the ending that a saved copy of a recording gets."""
    kind = media_type(begins)
    return SUFFIXES.get(kind, "." + kind.removeprefix("audio/") if "audio/" in kind else ".bin")
