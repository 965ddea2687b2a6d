"""What the documents tell people to type can be typed: every command, every option, every target."""

import re
import tomllib

import click
import pytest

from prova.main import COMMANDS, cli
from tests.documented import ROOT, Shown, shown

SHOWN = shown()
TOLD = tomllib.loads((ROOT / "tests" / "documented_commands.toml").read_text(encoding="utf-8"))
_NO_COMMAND = {"prova adaptive", "prova x1 10s"}  # names of measuring methods, in tables of figures


def named(one: Shown) -> str:
    return f"{one.document}: {one.text}"


@pytest.mark.parametrize(
    "one", [one for one in SHOWN if one.words[0] == "prova" and one.text not in _NO_COMMAND], ids=named
)
def test_every_command_that_is_shown_is_there_with_its_options(one: Shown) -> None:
    command: click.Command = cli
    context = click.Context(cli)
    words = one.words[1:]
    while words and isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        if found is None and command is not cli and words[0].startswith("-"):
            break  # a group that is a command by itself
        assert found is not None, f"{one.document} shows `{one.text}`, but there is no `{words[0]}`"
        command, context, words = found, click.Context(found, parent=context), words[1:]
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    for word in words:
        if re.match(r"--?[a-zA-Z]", word):
            assert word.split("=")[0] in options, f"{one.document} shows `{one.text}`, which has no {word}"


def test_every_target_that_is_shown_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for one in SHOWN:
        if one.words[0] == "make":
            assert one.words[1] in targets, f"{one.document} shows `{one.text}`"


@pytest.mark.parametrize("one", [one for one in SHOWN if "-m" in one.words[:2]], ids=named)
def test_every_benchmark_that_is_shown_has_the_options_it_is_shown_with(one: Shown) -> None:
    module = one.words[2]
    place = ROOT / module.replace(".", "/")
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    text = "".join(path.read_text() for path in files)
    for word in one.words[3:]:
        if word.startswith("--"):
            assert f'"{word}"' in text, f"{one.document} shows `{one.text}`: {module} has no {word}"


def test_every_command_in_a_block_is_run_or_says_where_else() -> None:
    """A new one belongs into tests/documented_commands.toml."""
    fenced = {one.text for one in SHOWN if one.fenced}
    told = [one["run"] for part in ("walk", "elsewhere") for one in TOLD[part]]
    assert set(told) == fenced
    assert {one["document"] for one in TOLD["walk"]} <= {one.document for one in SHOWN}


@pytest.mark.parametrize("one", TOLD["elsewhere"], ids=lambda one: one["run"])
def test_what_is_run_elsewhere_is_run_by_a_test_that_is_there(one: dict[str, str]) -> None:
    path, _, name = one["test"].partition("::")
    assert one["why"]
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE), one["test"]


def test_every_command_of_the_readme_is_one_that_the_program_lists() -> None:
    assert {one.words[1] for one in SHOWN if one.document == "README.md" and one.words[0] == "prova"} <= set(COMMANDS)
