"""The ``between`` command: thin, one function a sub-command.

Exit 0 on success, 2 with one clear line on stderr for bad input, 1 where a check found problems.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from practice import backup, bench_page, doctor, replies
from practice.backup_manifest import BackupError, in_words
from practice.store import Store, default_folder
from practice.worker import now

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
EXTRA = click.option(
    "--scenarios",
    "folder",
    type=click.Path(path_type=Path),
    help="A folder of further scenario files.",
)
ENGINE = click.option("--engine", default="faster-whisper", show_default=True)
MODEL = click.option(
    "--model", default="base", show_default=True, help="A model's name, or a path to its weights."
)


def show(record: dict[str, Any], as_json: bool, text: str) -> None:
    """Prints the record as one line of JSON, or the text for a person."""
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else text)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="between-sessions")
def between() -> None:
    """Practise between-session work with standardized clients; nothing leaves this machine."""


@between.command()
@click.option("--scenario", required=True, help="The scenario's id.")
@click.option("--audio", required=True, type=click.Path(path_type=Path), help="The spoken reply.")
@click.option("--user", default="me", show_default=True)
@EXTRA
@ENGINE
@MODEL
@AS_JSON
def practise(
    scenario: str,
    audio: Path,
    user: str,
    folder: Path | None,
    engine: str,
    model: str,
    as_json: bool,
) -> None:
    """Do the whole main job with a recording: save, transcribe, score, keep."""
    found = replies.scenario(scenario, folder)
    record = replies.practise(found, replies.read_recording(audio), user, engine, model)
    show(record, as_json, replies.describe(record))


@between.command()
@click.argument("file", type=click.Path(path_type=Path))
@ENGINE
@MODEL
@AS_JSON
def transcribe(file: Path, engine: str, model: str, as_json: bool) -> None:
    """Print what is said in a recording."""
    record = replies.hear(file, engine, model)
    show(record, as_json, record["text"] or f"No words: {', '.join(record['quality']['reasons'])}.")


@between.command()
@click.argument("file", required=False)
@click.option("--scenario", help="The scenario's id.")
@click.option("--text", help="The reply's words.")
@click.option("--batch", type=click.Path(path_type=Path), help='Lines {"id","scenario","text"}.')
@EXTRA
@AS_JSON
def score(
    file: str | None,
    scenario: str | None,
    text: str | None,
    batch: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Score a reply (--text, a FILE, or - for standard input), or a batch of them."""
    if batch is not None:
        if scenario or text is not None or file:
            raise click.UsageError("--batch stands alone; take --scenario, --text and FILE away.")
        records = replies.score_batch(replies.read_batch(batch), folder)
    else:
        if scenario is None:
            raise click.UsageError("Name the scenario with --scenario ID, or use --batch FILE.")
        if (text is None) == (file is None):
            raise click.UsageError("Give the reply once: --text TEXT, a FILE, or - for stdin.")
        words = text if file is None else replies.read_text(file)
        records = [replies.score_one(words or "", replies.scenario(scenario, folder))]
    for record in records:
        show(record, as_json, replies.describe({"score": record}))


@between.group()
def scenarios() -> None:
    """The scenario files."""


@scenarios.command("check")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def scenarios_check(folders: tuple[Path, ...]) -> None:
    """Check every scenario file and set (those shipped, or those in FOLDERS)."""
    report(*doctor.check_scenarios(folders))


@scenarios.command("list")
@click.option("--grid", is_flag=True, help="By challenge and phase, with the families.")
def scenarios_list(grid: bool) -> None:
    """List the scenarios."""
    click.echo(doctor.list_scenarios(grid))


@between.group()
def clips() -> None:
    """The clients' clips."""


@clips.command("check")
@click.option("--hear", is_flag=True, help="Also have Whisper hear every clip (minutes).")
@click.option("--folder", type=click.Path(path_type=Path), help="Another media folder.")
def clips_check(hear: bool, folder: Path | None) -> None:
    """Check every clip: there, unaltered, loud enough, captioned with the vignette's line."""
    report(*doctor.check_clips(folder, hear))


@between.command("doctor")
@AS_JSON
def doctor_command(as_json: bool) -> None:
    """Say what is installed, which weights will be used, and what is missing."""
    findings = doctor.examine()
    if as_json:
        click.echo(json.dumps([finding.model_dump() for finding in findings], ensure_ascii=False))
    else:
        click.echo(doctor.as_text(findings))
    if not all(finding.ok for finding in findings if finding.needed):
        sys.exit(1)


@between.command()
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the report.")
def evaluate(out: Path | None) -> None:
    """Measure the scorer's agreement with the labelled corpus, by cross-validation (minutes)."""
    try:
        from scoring.evaluate import main as run_evaluation
    except ImportError as exc:
        raise replies.InputError(
            f"{exc.name} is not installed, and measuring the scorer needs it; "
            'run: pip install "between-sessions[training]"'
        ) from exc
    run_evaluation(out)


@between.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Put the database, the recordings and the bank's clips in one FILE; no need to stop."""
    click.echo(f"{file}: {in_words(backup.write(Store(), file, now()))}.")


@between.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put what is there aside first; stop the app first.")
def restore(file: Path, replace: bool) -> None:
    """Bring a backup back into the data folder, after all of it has been found whole."""
    folder = default_folder()
    click.echo(f"{folder}: {in_words(backup.restore(file, folder, now(), replace))}.")


@between.command("bench")
@click.option("--only", "parts", multiple=True, type=click.Choice(bench_page.PARTS))
@click.option("--out", type=click.Path(path_type=Path), help="A folder for the JSON and the page.")
def bench_command(parts: tuple[str, ...], out: Path | None) -> None:
    """Measure how fast it is here: feedback, both engines, scoring, start-up (minutes)."""
    found = bench_page.run(parts or bench_page.PARTS)
    if out is not None:
        bench_page.write(found, out)
    click.echo(json.dumps(found))


@between.command()
def hear() -> None:
    """Hear recordings for another machine, through the Redis that BETWEEN_QUEUE names.

    This machine needs Whisper and that Redis, and no database. Stop it with Ctrl-C at any time.
    """
    from practice import lanes
    from practice.child import chosen_engine

    address = lanes.redis_address()
    if address is None:
        raise replies.InputError("Set BETWEEN_QUEUE to the address of a Redis: redis://host:6379.")
    lanes.Away(address, chosen_engine).consumer().run()


def report(checked: str, problems: list[str]) -> None:
    """Prints what was checked; or each problem on stderr, and exits with 1."""
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        click.echo(f"{len(problems)} to mend in {checked}.", err=True)
        sys.exit(1)
    click.echo(f"All well: {checked}.")


def main() -> None:
    """Runs the command; bad input ends in one line on stderr and exit code 2."""
    try:
        between.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as exc:
        click.echo(exc.format_message())
    except click.ClickException as exc:
        complain(exc.format_message())
    except click.exceptions.Abort:
        sys.exit(130)
    except (*replies.BAD_INPUT, BackupError) as exc:
        complain(str(exc))


def complain(message: str) -> None:
    """Prints one line on stderr and exits with 2."""
    click.echo("between: " + " ".join(message.split()), err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
