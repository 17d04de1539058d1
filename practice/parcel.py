"""A set's zip → its files by name: nothing in it is trusted, and none of it touches the disk."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter

LARGEST_FILE_BYTES = 100_000_000  # of the zip, and of all that is in it
LARGEST_CLIP_BYTES = 10_000_000  # 90 s of mp3 take under 1 MB
LARGEST_TEXT_BYTES = 64_000  # scenarios/plain_yaml.py has the same limit
MOST_FILES = 400  # a set of 100 clients has 301
NAME = re.compile(
    r"(sets|scenarios)/[a-z0-9]+(-[a-z0-9]+)*\.yaml|clips/[a-z0-9]+(-[a-z0-9]+)*\.(mp3|vtt)"
)
# All that zipfile raises on a damaged file; ValueError where it is sent before its beginning.
BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError),
)
LONGEST_NAME = 76  # characters: an id has at most 60
LONGEST_SHOWN = 80  # characters of a wrong name, in a message


class SetError(ValueError):
    """A set cannot come in; nothing of it was kept.

    Attributes:
        problems: all that is to be mended: file, field, value and remedy, a sentence each.
    """

    def __init__(self, *problems: str) -> None:
        """Takes the problems, at least one."""
        self.problems = problems
        super().__init__(" ".join(problems))


def unpacked(data: bytes) -> dict[str, bytes]:
    """Returns the files of a set by name, after every name and size has been looked at.

    Raises:
        SetError: it is no zip, or holds what no set holds; nothing was written anywhere.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise SetError(
            f"The file is {len(data) / 1e6:.0f} MB, over {LARGEST_FILE_BYTES / 1e6:.0f} MB; "
            "make two sets of it."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = [one for one in packed.infolist() if not one.is_dir()]
            problems = _bad_names(entries)
            if problems:
                raise SetError(*problems)
            return _contents(packed, entries)
    except SetError:
        raise
    except BROKEN_ZIP as exc:
        raise SetError(
            "The file is not a whole zip file; choose one that “Export” made, or export it again."
        ) from exc


def _bad_names(entries: list[zipfile.ZipInfo]) -> list[str]:
    if len(entries) > MOST_FILES:
        return [f"The file holds {len(entries)} files, over {MOST_FILES}; make two sets of it."]
    problems = []
    for name, n in Counter(one.filename for one in entries).items():
        shown = name if len(name) <= LONGEST_SHOWN else name[:LONGEST_SHOWN] + "…"
        if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            problems.append(
                f"{shown!r}: a set holds only sets/<id>.yaml, scenarios/<id>.yaml, clips/<id>.mp3"
                " and clips/<id>.vtt, in small letters, digits and hyphens; take it out."
            )
        elif n > 1:
            problems.append(f"{shown}: it is there {n} times; keep one.")
    for one in entries:
        if one.flag_bits & 1:
            problems.append(f"{one.filename[:LONGEST_SHOWN]}: it is locked; save it unlocked.")
        elif stat.S_ISLNK(one.external_attr >> 16):
            problems.append(
                f"{one.filename[:LONGEST_SHOWN]}: it is a link; put the file itself in its place."
            )
    return problems


def _contents(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for one in entries:
        most = LARGEST_CLIP_BYTES if one.filename.endswith(".mp3") else LARGEST_TEXT_BYTES
        with packed.open(one) as file:  # what it says of its size may be untrue: count the bytes
            content = file.read(most + 1)
        if len(content) > most:
            raise SetError(
                f"{one.filename}: it is larger than {most / 1e6:.2g} MB; shorten it, or check that "
                "it is the right file."
            )
        files[one.filename] = content
        if sum(map(len, files.values())) > LARGEST_FILE_BYTES:
            raise SetError(
                f"The files take over {LARGEST_FILE_BYTES / 1e6:.0f} MB; make two sets of them."
            )
    return files
