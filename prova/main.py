"""Shell. The `prova` command: finds the command's module by name and maps what went wrong to an exit code.

Loads nothing that the chosen command does not need, so that `prova --help` is quick.
"""

import importlib
import keyword
import resource
import sys
from importlib import metadata
from typing import NoReturn

import click

from prova.exit import Exit, mendable

# Name, first line of its help. The module `module_of` its name holds a click command called `command`.
COMMANDS = {
    "up": "Measure this machine's line, judge it and show it: everything at once.",
    "demo": "A month of examples, shown: nothing is measured.",
    "measure": "One speed test now, with live progress.",
    "check": "Hold what was measured against the contract.",
    "explain": "From a finding to its clause, its arithmetic and its records.",
    "congestion": "Which hours are worse than the others, and where.",
    "show": "What was measured: tests, outages, ledger, probes, events.",
    "import": "Other tools' logs into the store, graded lower.",
    "fleet": "Many lines: their place in the network, their probes, what befell many at once.",
    "api": "What was measured and judged, for programs: HTTP with tokens.",
    "contract": "Make, import, check or show a contract file.",
    "case": "The diary of a line, and the clocks that run.",
    "notify": "Tell by mail or message what happens: breaches, outages, deadlines.",
    "dossier": "A period for an arbitrator: PDF, and evidence that anyone can check.",
    "extract": "A period's tables for a regulator, fit to be published.",
    "report": "An extract's report once more, from its public package alone.",
    "verify": "Check such a file, offline, and recompute what it says.",
    "server": "The measuring server: the other end of a test.",
    "probe": "The probe alone: run, calibrate, status.",
    "collector": "The collector alone: run, seal, verify.",
    "password": "The password that opens the page from another machine.",
    "dashboards": "Grafana: dashboards and alert rules as code, and the findings they show.",
    "privacy": "What is kept of people, and for how long.",
    "audit": "Who did what of consequence here, and whether the log of it is whole.",
    "incident": "Incidents of the measuring system: whom to tell until when, what was decided.",
    "status": "How the measuring system itself is: its parts, its service levels, its downtime.",
    "doctor": "What on this machine would spoil a measurement, and the mend.",
}


_OF_MANY_LINES = frozenset({"api", "dashboards", "extract", "report"})
_APART = {
    "audit": "prova.audit.command",
    "incident": "prova.incident.command",
    "status": "prova.status.command",
    "notify": "prova.notify.notify",
}  # beside what only it uses
_OF_STRANGERS = (["verify"], ["import"], ["fleet"])  # they read files that others wrote


def module_of(name: str) -> str:
    """The module that holds the command of that name; one that Python keeps for itself gets an underscore."""
    if name in _APART:
        return _APART[name]
    folder = "prova.command.many" if name in _OF_MANY_LINES else "prova.command"
    return f"{folder}.{name}_" if keyword.iskeyword(name) else f"{folder}.{name}"


class _Lazy(click.Group):
    """A group whose commands are imported when they are called, not when help lists them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(module_of(cmd_name)).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("prova"), prog_name="prova", message="%(prog)s %(version)s")
def cli() -> None:
    """Prova measures a fixed broadband line, keeps signed evidence, and judges it against its contract.

    Exit codes: 0 done; 1 a breach was found and --exit-code was given; 2 usage or settings; 3 not enough evidence;
    4 a service cannot be reached.
    """


def main() -> NoReturn:
    """Runs one command. What a person can mend ends in one sentence on stderr, never in a traceback."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file with keys in it; children inherit it
    try:
        if sys.argv[1:2] in _OF_STRANGERS:
            importlib.import_module("prova.security.strangers").heed(sys.argv[1:])
        ended = cli.main(standalone_mode=False)
        sys.exit(ended if isinstance(ended, int) else Exit.DONE)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except BrokenPipeError:
        sys.exit(Exit.DONE)
    except MemoryError:
        click.echo("prova: That takes more memory than there is, or than a file of others is given.", err=True)
        sys.exit(Exit.USAGE)
    except Exception as error:
        mend = mendable(error)
        if mend is None:
            raise
        click.echo(f"prova: {mend[0]}", err=True)
        sys.exit(mend[1])


if __name__ == "__main__":
    main()
