"""The ``between`` command: thin, one function a sub-command.

Exit 0 on success, 2 with one clear line on stderr for bad input, 1 where a check found problems.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from cli_upkeep import COMMANDS
from practice import doctor, replies, users
from practice.accounts import ROLES, AccountError, Role
from practice.backup_manifest import BackupError
from practice.calibrations import CalibrationError
from practice.store import Store
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


@between.group("users")
def users_group() -> None:
    """The people of this place, where more than one person uses it."""


@users_group.command("add")
@click.argument("name")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="trainee if none.")
def users_add(name: str, roles: tuple[Role, ...]) -> None:
    """Make an account; prints the one-time link at which its person takes a password."""
    click.echo(users.add(Store(), name, roles, now()))


@users_group.command("list")
@AS_JSON
def users_list(as_json: bool) -> None:
    """List everybody with an account."""
    for one in users.everybody(Store(), now()):
        show(one, as_json, f"{one['name']:32}{one['state']:10}{', '.join(one['roles'])}")


@users_group.command("invite")
@click.argument("name")
def users_invite(name: str) -> None:
    """Give somebody a new one-time link; the older one ends."""
    click.echo(users.again(Store(), name, now()))


users_group.add_command(users_invite, "reset")


@users_group.command("revoke")
@click.argument("name")
def users_revoke(name: str) -> None:
    """Sign somebody out everywhere and let them in no more; nothing is deleted."""
    click.echo(users.revoke(Store(), name, now()))


@users_group.command("restore")
@click.argument("name")
def users_restore(name: str) -> None:
    """Let somebody in again after `revoke`."""
    click.echo(users.restore(Store(), name, now()))


@users_group.command("delete")
@click.argument("name")
@click.confirmation_option(prompt="Everything of this person's will be gone for good. Go on?")
def users_delete(name: str) -> None:
    """Delete somebody with every attempt, recording and row of theirs."""
    click.echo(users.delete(Store(), name, now()))


@users_group.command("supervise")
@click.argument("trainee")
@click.argument("supervisor")
def users_supervise(trainee: str, supervisor: str) -> None:
    """Make SUPERVISOR the supervisor of TRAINEE."""
    click.echo(users.supervise(Store(), trainee, supervisor, now()))


for command in COMMANDS:
    between.add_command(command)


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
    except (*replies.BAD_INPUT, AccountError, BackupError, CalibrationError) as exc:
        complain(str(exc))


def complain(message: str) -> None:
    """Prints one line on stderr and exits with 2."""
    click.echo("between: " + " ".join(message.split()), err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
