"""The ``between`` command's upkeep: evaluation, backup, export, keys, benchmarks, hearing."""

import json
import os
import sys
from pathlib import Path

import click

from practice import (
    backup,
    bench_page,
    calibrating,
    lanes,
    processes,
    recordings,
    replies,
    users,
    vault,
)
from practice.backup_manifest import again_in_words, in_words
from practice.child import chosen_engine
from practice.research import write
from practice.store import Store, default_folder
from practice.worker import now
from scenarios.load import load_library


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Put the database, the recordings and the bank's clips in one FILE; no need to stop."""
    click.echo(f"{file}: {in_words(backup.write(Store(), file, now()))}.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is there aside first; stop the app first.")
@click.option(
    "--deleted",
    type=click.Path(path_type=Path),
    help="The deleted.jsonl of another data folder: what it speaks of is deleted again.",
)
def restore(file: Path, replace: bool, deleted: Path | None) -> None:
    """Bring a backup back into the data folder, after all of it has been found whole.

    Whoever was deleted since the backup is deleted again, as far as the folder knows of it.
    """
    folder = default_folder()
    restored = backup.restore(file, folder, now(), replace, deleted)
    click.echo(f"{folder}: {in_words(restored)}.")
    click.echo(again_in_words(restored))


@click.command("bench")
@click.option("--only", "parts", multiple=True, type=click.Choice(bench_page.PARTS))
@click.option("--out", type=click.Path(path_type=Path), help="A folder for the JSON and the page.")
def bench_command(parts: tuple[str, ...], out: Path | None) -> None:
    """Measure how fast it is here: feedback, engines, scoring, start-up, pages (half an hour)."""
    from ui import bench_dashboards, bench_sessions  # they bring Streamlit with them

    screens = {"sessions": bench_sessions.measure, "dashboards": bench_dashboards.measure}
    found = bench_page.run(parts or bench_page.PARTS, screens)
    if out is not None:
        bench_page.write(found, out)
    click.echo(json.dumps(found))


@click.command("hear")
def hear() -> None:
    """Hear recordings for another machine, through the Redis that BETWEEN_QUEUE names.

    This machine needs Whisper and that Redis, and no database. Stop it with Ctrl-C at any time.
    """
    address = lanes.redis_address()
    if address is None:
        raise replies.InputError("Set BETWEEN_QUEUE to the address of a Redis: redis://host:6379.")
    lanes.Away(address, chosen_engine).consumer().run()


@click.command("serve")
@click.option("--processes", "n", type=click.IntRange(1, 32), default=3, show_default=True)
@click.option("--port", type=click.IntRange(1, 65_000), default=8501, show_default=True)
@click.option("--address", default="127.0.0.1", show_default=True)
def serve(n: int, port: int, address: str) -> None:
    """Serve a course or a clinic: several web processes and one worker, behind a proxy.

    The web processes listen on one port after another; deploy/ has the proxy's configuration.
    BETWEEN_URL is the address that people open.
    """
    url = os.environ.get("BETWEEN_URL", "")
    if not url.startswith(("http://", "https://")):
        raise replies.InputError("Set BETWEEN_URL to the address people open: https://….")
    if not processes.can_run():
        raise replies.InputError("Several processes need Linux or macOS; use streamlit run app.py.")
    if n > 1 and os.environ.get(lanes.SETTING) == "thread":
        raise replies.InputError(
            f"{lanes.SETTING}=thread is for one web process; unset it, or use --processes 1."
        )
    store = Store()  # brings the database up to date before there are several
    store.close()
    os.environ["BETWEEN_DATA"] = str(store.folder.resolve())
    os.environ["PYTHONPATH"] = processes.with_root(os.environ.get("PYTHONPATH"))
    command = [sys.executable, "-m", "practice.serve", address, str(port), str(n)]
    os.execv(sys.executable, command)


@click.group("recordings")
def recordings_group() -> None:
    """Lock the recordings on disk with the key in BETWEEN_RECORDING_KEY.

    The database, with names, words and scores, is not locked: encrypt the disk for that.
    """


@recordings_group.command("new-key")
def new_key() -> None:
    """Print a new key. Keep it apart from the backups: without it nobody can hear a recording."""
    click.echo(vault.new_key())


@recordings_group.command("encrypt")
def encrypt() -> None:
    """Lock every recording with the first key; may be done while people practise, and again."""
    _tell(recordings.lock_all(Store()), "Locked")


@recordings_group.command("rotate")
def rotate() -> None:
    """Lock every recording with a new key: set BETWEEN_RECORDING_KEY to NEW,OLD first."""
    _tell(recordings.lock_all(Store()), "Locked with the new key")


@recordings_group.command("decrypt")
def decrypt() -> None:
    """Unlock every recording; afterwards take BETWEEN_RECORDING_KEY away."""
    _tell(recordings.unlock_all(Store()), "Unlocked")


def _tell(changed: recordings.Changed, did: str) -> None:
    click.echo(recordings.in_words(changed, did))
    if not changed.well:
        sys.exit(1)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--user", default="me", show_default=True, help="Whose; by name where people sign in."
)
@click.option("--research", is_flag=True, help="Instead: all who agree to research, without names.")
@click.option(
    "--with-audio",
    is_flag=True,
    help="With --research: also recordings of those who agreed to that too. A voice identifies.",
)
def export(file: Path, user: str, research: bool, with_audio: bool) -> None:
    """Put everything of one person in FILE, a zip; or, with --research, what research may have."""
    if with_audio and not research:
        raise click.UsageError("--with-audio goes with --research; one's own zip has it anyway.")
    if research:
        click.echo(write(Store(), file, load_library(), now(), with_audio=with_audio))
    else:
        click.echo(users.export(Store(), user, file, now()))


@click.command("evaluate")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the report.")
@click.option("--calibrate", is_flag=True, help="Fit scores to this place’s blind ratings instead.")
@click.option("--calibration", "which", help="list; off; on (the newest); or a version’s number.")
def evaluate(out: Path | None, calibrate: bool, which: str | None) -> None:
    """Measure the scorer's agreement with the labelled corpus, by cross-validation (minutes).

    With --calibrate, measure it against this place's supervisors, and adjust new scores to them
    where that helps; --calibration shows the adjustments and switches them.
    """
    if calibrate or which is not None:
        if out is not None or (calibrate and which is not None):
            raise click.UsageError("--out, --calibrate and --calibration each stand alone.")
        store = Store()
        said = calibrating.calibrate(store, now()) if which is None else None
        click.echo(said or calibrating.turn(store, which or "", now()))
        return
    try:
        from scoring.evaluate import main as run_evaluation
    except ImportError as exc:
        raise replies.InputError(
            f"{exc.name} is not installed, and measuring the scorer needs it; "
            'run: pip install "between-sessions[training]"'
        ) from exc
    run_evaluation(out)


COMMANDS = (
    evaluate,
    export,
    backup_command,
    restore,
    recordings_group,
    bench_command,
    hear,
    serve,
)
