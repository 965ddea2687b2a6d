"""Shell. `prova audit`: the audit log, shown and checked."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prova.exit import CommandError, Exit
from prova.home import resolve
from prova.option import home_option, json_option

if TYPE_CHECKING:
    from collector.audit_log.chain import Checked, Head

_MOST_HEAD_BYTES = 200


@click.command("audit")
@click.option(
    "--last", default=50, show_default=True, type=click.IntRange(0), help="So many entries, the newest; 0: all."
)
@click.option("--head", "only_head", is_flag=True, help="Only the newest entry's number and digest, to keep elsewhere.")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A head that was kept elsewhere. May be given again.",
)
@home_option
@json_option
def command(*, last: int, only_head: bool, against: tuple[Path, ...], home_path: Path | None, as_json: bool) -> int:
    """Who did what of consequence here, and when; and whether the log of it is whole.

    Ends with exit code 3 where entries were changed, removed or put in another order.
    """
    from collector.audit_log import book

    checked = book.check(resolve(home_path).collector.audit_log, tuple(map(_head_in, against)))
    if only_head:
        if not checked.lines:
            raise CommandError("The audit log holds no entry yet, so it has no head.", Exit.EVIDENCE)
        click.echo(f"{checked.lines[-1].number} {checked.lines[-1].sha256}")
    elif as_json:
        click.echo(json.dumps(_told(checked, last), indent=2))
    else:
        _tell(checked, last)
    return Exit.EVIDENCE if checked.defects else Exit.DONE


def _told(checked: "Checked", last: int) -> dict[str, object]:
    entries = [
        {"number": line.number, **asdict(line.entry), "at": line.entry.at.isoformat(), "sha256": line.sha256}
        for line in checked.lines[-last:]
    ]
    return {
        "schema": "prova.audit-log/1",
        "intact": not checked.defects,
        "entry_count": len(checked.lines),
        "entries": entries,
        "defects": list(checked.defects),
        "notes": list(checked.notes),
    }


def _tell(checked: "Checked", last: int) -> None:
    for line in checked.lines[-last:]:
        one = line.entry
        on = f"  {_shown(one.on)}" if one.on else ""
        click.echo(
            f"{line.number:>6}  {one.at:%Y-%m-%dT%H:%M:%SZ}  {_shown(one.who)}  {_shown(one.act)}{on}  {one.outcome}"
        )
    for word in checked.notes:
        click.echo(f"note: {word}")
    for word in checked.defects:
        click.echo(f"DEFECT: {_shown(word)}")
    click.echo(
        f"{len(checked.lines)} entries: {f'{len(checked.defects)} defects' if checked.defects else 'all of it holds'}."
    )


def _shown(text: str) -> str:
    """A terminal's control characters come from nobody's name."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _head_in(path: Path) -> "Head":
    from collector.audit_log.book import head_of

    try:
        with path.open("rb") as file:
            return head_of(file.read(_MOST_HEAD_BYTES).decode("ascii"))
    except ValueError as error:
        raise CommandError(
            f"{path} holds no head of an audit log. Give a file that `prova audit --head` wrote."
        ) from error
