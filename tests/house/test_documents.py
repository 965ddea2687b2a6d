"""What the documents say is what the program does."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from prova.main import COMMANDS, module_of

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = importlib.import_module(module_of(name)).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help
    assert f"prova {name}" in (ROOT / "README.md").read_text(), f"README.md does not name `prova {name}`"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    command = importlib.import_module(module_of(name)).command
    commands = command.commands.values() if isinstance(command, click.Group) else [command]
    for one in commands:
        silent = [
            param.opts[0]
            for param in one.params
            if isinstance(param, click.Option) and not param.help and not isinstance(param.type, click.Choice)
        ]
        assert not silent, f"prova {name}: {', '.join(silent)} without help"


def test_help_costs_little() -> None:
    """CPU of the whole process: the bound is loose for a busy machine, and catches a heavy import all the same."""
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'prova.main', '--help'], stdout=subprocess.DEVNULL, check=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime)\n"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(runs) < 0.3


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_links_only_to_what_is_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}, which is not there"


def test_decisions_are_numbered_and_say_their_status() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions if path.name != "README.md"]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in decisions:
        if path.name != "README.md":
            assert re.search(r"^Status: (accepted|superseded by \d{4})", path.read_text(), re.MULTILINE), path.name


def test_every_disaster_that_is_listed_has_its_test() -> None:
    """`docs/continuity.md` names a test for each; a name that nobody wrote would be a promise."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs" / "continuity.md").read_text())
    assert len(named) >= 18
    for path, test in named:
        assert re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE), f"{path} has no {test}"
