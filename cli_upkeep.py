"""The ``between`` command's upkeep: backup, restore, benchmarks, hearing for another machine."""

import json
import os
import sys
from pathlib import Path

import click

from practice import backup, bench_page, lanes, processes, replies
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


COMMANDS = (backup_command, restore, bench_command, hear, serve)
