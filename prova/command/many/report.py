"""Shell. `prova report`: an extract's report once more, from its public package alone."""

from pathlib import Path

import click

from analysis.extract.report.package import DESCRIPTION, PARAMETERS, described
from dashboards.report.write import drawn
from prova.exit import CommandError, Exit
from prova.many.extraction import write

_MOST_FILE_BYTES = 1 << 30


@click.command("report")
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--output", "-o", "folder", type=click.Path(path_type=Path), required=True, help="A new folder.")
def command(*, package: Path, folder: Path) -> int:
    """Draw the report of an extract's PUBLIC folder again, from the files in it and nothing else.

    The same package gives the same bytes. `python3 -I -S recompute.py`, beside the report, computes its figures again.
    """
    files = {name: _read(package, name) for name in (DESCRIPTION, PARAMETERS)}
    files |= {name: _read(package, name) for name in described(files)}
    write(folder, {".": drawn(files)})
    click.echo(f"{folder / 'report.html'} and {folder / 'report.pdf'}, in English {folder / 'report.en.html'}.")
    return Exit.DONE


def _read(package: Path, name: str) -> bytes:
    """Raises CommandError; what lies outside of the package is not read."""
    path = package / name
    if not path.resolve().is_relative_to(package.resolve()):
        raise CommandError(f"{package / DESCRIPTION} names {name[:80]!r}, outside of its folder. Take another copy.")
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}. Name the public folder of an extract.") from error
    if len(raw) > _MOST_FILE_BYTES:
        raise CommandError(f"{path} is over {_MOST_FILE_BYTES >> 20} MiB. Name the public folder of an extract.")
    return raw
