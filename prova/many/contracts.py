"""Shell. Which line has which contract: one that stands for all, or a folder with a file for each.

Knows nothing of what is done with them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from analysis.contract import Contract
from analysis.contract_file import load
from collector.store import Store

_SAID_EVERY = 10_000  # contracts, some seconds
_NAMED = 5  # of lines without a contract


@dataclass(frozen=True, slots=True)
class Contracts:
    """By line; `missing` are lines without one, sorted."""

    by_line: dict[str, Contract]
    missing: tuple[str, ...]

    def without(self, lines: Collection[str]) -> "Contracts":
        """The same but of these lines."""
        return replace(self, by_line={line: one for line, one in self.by_line.items() if line not in lines})


def contracts_of(store: Store, path: Path, lines: Iterable[str] | None) -> Contracts:
    """Of these lines, None for every line of the store. Raises ContractError, UsageError and the store's errors."""
    found = contracts_at(path)
    known = {*store.lines(), *(line for line, _, _ in store.imports())}
    wanted = sorted(known if lines is None else set(lines))
    if not path.is_dir():
        (alike,) = found.values()
        return Contracts({line: replace(alike, line=replace(alike.line, id=line)) for line in wanted}, ())
    missing = tuple(line for line in wanted if line not in found)
    return Contracts({line: found[line] for line in wanted if line in found}, missing)


def say_missing(found: Contracts, path: Path) -> None:
    """On stderr, where there are any."""
    if found.missing:
        some = ", ".join(found.missing[:_NAMED]) + (" ..." if len(found.missing) > _NAMED else "")
        click.echo(f"prova: {len(found.missing)} lines have no contract in {path} and are left out: {some}", err=True)


def contracts_at(path: Path) -> dict[str, Contract]:
    """By line: those of a folder, each in a file that names its line; a single file's alone. Raises ContractError."""
    if not path.is_dir():
        contract = load(path)
        return {contract.line.id: contract}
    found: dict[str, Contract] = {}
    for number, file in enumerate(sorted(path.glob("*.toml"))):
        if number and not number % _SAID_EVERY:
            click.echo(f"prova: {number:,} contracts read", err=True)
        contract = load(file)
        if contract.line.id in found:
            raise click.UsageError(f"{file} and another file in {path} are of the line {contract.line.id}; keep one")
        found[contract.line.id] = contract
    if not found:
        raise click.UsageError(f"{path} holds no contract; put a file NAME.toml there for each line")
    return found
