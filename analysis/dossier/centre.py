"""Pure. The arbitration centres for a municipality, out of dated data; the national one where no other is known.

Knows nothing of letters.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from analysis.contract import Region
from analysis.summary.page.fold import fold

_MADEIRA = "madeira"


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A centre as a letter names it. `is_national`: it acts where no regional one does."""

    id: str
    name: str
    address: str
    web: str
    is_national: bool


def centres(municipality: str | None, region: Region) -> tuple[Centre, ...]:
    """Those that the sources name for it, never none; several where the sources differ.

    A municipality that is not known, or none, has the national centre, but in Madeira that region's.
    """
    by_name, of_region, national = _known()
    wanted = fold(municipality or "").strip()
    return by_name.get((wanted, region)) or of_region.get(region, (national,))


@cache
def _known() -> tuple[dict[tuple[str, Region], tuple[Centre, ...]], dict[Region, tuple[Centre, ...]], Centre]:
    text = resources.files("analysis").joinpath("dossier", "arbitration-pt.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    by_name: dict[tuple[str, Region], tuple[Centre, ...]] = {}
    every = {}
    for row in told["centre"]:
        one = Centre(
            id=row["id"],
            name=row["name"],
            address=row["address"],
            web=row["web"],
            is_national=row["id"] == told["national"],
        )
        every[one.id] = one
        region = Region.MADEIRA if one.id == _MADEIRA else Region.MAINLAND
        for name in row["municipalities"]:
            key = (fold(name.partition(" (")[0]), region)
            by_name[key] = (*by_name.get(key, ()), one)
    return by_name, {Region.MADEIRA: (every[_MADEIRA],)}, every[told["national"]]
