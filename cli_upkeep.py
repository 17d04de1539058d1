"""The ``between`` command's upkeep: evaluation, backup, benchmarks, hearing for others."""

import json
from pathlib import Path

import click

from practice import backup, bench_page, calibrating, lanes, replies
from practice.backup_manifest import in_words
from practice.child import chosen_engine
from practice.store import Store, default_folder
from practice.worker import now


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Put the database, the recordings and the bank's clips in one FILE; no need to stop."""
    click.echo(f"{file}: {in_words(backup.write(Store(), file, now()))}.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is there aside first; stop the app first.")
def restore(file: Path, replace: bool) -> None:
    """Bring a backup back into the data folder, after all of it has been found whole."""
    folder = default_folder()
    click.echo(f"{folder}: {in_words(backup.restore(file, folder, now(), replace))}.")


@click.command("bench")
@click.option("--only", "parts", multiple=True, type=click.Choice(bench_page.PARTS))
@click.option("--out", type=click.Path(path_type=Path), help="A folder for the JSON and the page.")
def bench_command(parts: tuple[str, ...], out: Path | None) -> None:
    """Measure how fast it is here: feedback, both engines, scoring, start-up (minutes)."""
    found = bench_page.run(parts or bench_page.PARTS)
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


COMMANDS = (evaluate, backup_command, restore, bench_command, hear)
