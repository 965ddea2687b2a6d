"""Shell. `prova password`: the password that opens the page, set or removed."""

from pathlib import Path

import click

from collector.audit_log.act import Act
from prova.audit.noted import noting
from prova.exit import CommandError
from prova.home import make, resolve
from prova.option import home_option


@click.command("password")
@click.option(
    "--from-file", "file", type=click.Path(path_type=Path), help="Its first line is the password; nothing is asked."
)
@click.option("--remove", is_flag=True, help="The page asks for none again, and is for this machine alone.")
@home_option
def command(*, file: Path | None, remove: bool, home_path: Path | None) -> None:
    """Set the password of the page. From then on the page asks for it; `prova up` is to be started again."""
    from prova.page.password import from_file, keep

    if remove and file is not None:
        raise CommandError("--remove and --from-file exclude each other: leave one out.")
    home = resolve(home_path)
    make(home)
    if remove:
        with noting(home.path, Act.PASSWORD_REMOVED):
            home.page_password.unlink(missing_ok=True)
        click.echo("The page asks for no password any more, once prova up is started again.")
        return
    password = from_file(file) if file is not None else _asked()
    with noting(home.path, Act.PASSWORD_SET):
        keep(home.page_password, password)
    click.echo(f"Set. What is kept of it is in {home.page_password}. Start prova up again.")


def _asked() -> str:
    return str(click.prompt("Password of the page", hide_input=True, confirmation_prompt="Once more", err=True))
