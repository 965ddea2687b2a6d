"""Shell. What is known of many lines beside contracts: topology, cases, areas and address owners, from their files.

Knows nothing of what follows from any of it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from analysis.contract import Contract
from analysis.extract.panel import address_log, area
from analysis.extract.panel.beside import Beside
from analysis.extract.parameters import parameters
from analysis.fleet.placement import Placed
from analysis.fleet.topology_file import load as load_topology
from prova.exit import CommandError
from prova.many.cases import cases_at

_Read = TypeVar("_Read")
_MOST_BYTES = 100_000_000  # of a table: a country's lines


def beside(topology: Path, contracts: Mapping[str, Contract], options: Mapping[str, Any]) -> Beside:
    """`options`: cases, nuts, nuts3 and as_log, each a path or None, nuts3 a flag. Raises what reading them raises."""
    if options["nuts3"] and options["nuts"] is None:
        raise CommandError("--nuts3 needs a table of areas. Name one: --nuts FILE, with municipality,nuts2,nuts3.")
    placed: dict[str, list[Placed]] = {}
    for one in load_topology(topology).placed:
        placed.setdefault(one.placement.line, []).append(one)
    return Beside(
        placed={line: tuple(own) for line, own in placed.items()},
        peak_hours=parameters().peak_hours,
        late=timedelta(seconds=parameters().late_s),
        cases=cases_at(options["cases"], contracts),
        areas=_read(options["nuts"], area.read, area.Areas({})),
        by_nuts3=options["nuts3"],
        owners=_read(options["as_log"], address_log.read, {}),
    )


def _read(path: Path | None, read: Callable[[str, str], _Read], nothing: _Read) -> _Read:
    if path is None:
        return nothing
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CommandError(f"{path} has more than {_MOST_BYTES // 1_000_000} MB. Name another file.")
        return read(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read as text in UTF-8: {error}. Name another file.") from error
    except (area.AreaError, address_log.AddressLogError) as error:
        raise CommandError(f"{error}.") from error
