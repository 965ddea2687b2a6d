"""Pure. What a contract promises, in words for a terminal. Knows nothing of files."""

from collections.abc import Iterator

from analysis.contract import Contract, Speeds
from probe.body.speed_test import Direction
from probe.units import mbps_of_bps


def shown(contract: Contract) -> str:
    """The contract's terms, a line each, and what a reader must know."""
    return "\n".join(_lines(contract))


def _lines(contract: Contract) -> Iterator[str]:
    line = contract.line
    yield f"{contract.operator}, {contract.technology}, line {line.id} ({line.zone.key}, {line.region})"
    for terms in contract.terms:
        yield f"from {terms.from_on}: {terms.service}"
        for direction in Direction:
            yield f"  {direction:>8}: {_speeds(terms.speeds(direction))}"
        if terms.price is not None:
            day = "" if terms.price.billing_day is None else f", invoiced on day {terms.price.billing_day}"
            yield f"  {'price':>8}: {terms.price.monthly_eur} EUR a month{day}"
    if contract.document is not None:
        yield f"read from {contract.document.file}, sha256 {contract.document.sha256}"
    for note in contract.notes:
        yield f"Note: {note.where}: {note.en}"


def _speeds(speeds: Speeds) -> str:
    promised = {"maximum": speeds.maximum_bps, "normal": speeds.normal_bps, "minimum": speeds.minimum_bps}
    return ", ".join(
        f"{name} {'not stated' if bps is None else f'{mbps_of_bps(bps):g} Mbit/s'}" for name, bps in promised.items()
    )
