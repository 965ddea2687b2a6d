"""The arbitration centre for a municipality: by the sources, both where they differ, else the national one."""

import pytest

from analysis.contract import Region
from analysis.dossier.centre import centres


@pytest.mark.parametrize(
    ("municipality", "region", "expected"),
    [
        ("Lisboa", Region.MAINLAND, ["caccl"]),
        ("  vila nova de gaia", Region.MAINLAND, ["cicap"]),
        ("GUIMARAES", Region.MAINLAND, ["triave"]),
        ("Póvoa de Varzim", Region.MAINLAND, ["cicap", "triave"]),
        ("Viana do Castelo", Region.MAINLAND, ["ciab"]),
        ("Pampilhosa da Serra", Region.MAINLAND, ["cniacc"]),
        ("Lagoa", Region.MAINLAND, ["cimaal"]),
        ("Lagoa", Region.AZORES, ["cniacc"]),
        ("Funchal", Region.MADEIRA, ["madeira"]),
        ("Atlantis", Region.MADEIRA, ["madeira"]),
        ("Évora", Region.MAINLAND, ["cniacc"]),
        (None, Region.MAINLAND, ["cniacc"]),
    ],
)
def test_each_municipality_has_its_centre(municipality: str | None, region: Region, expected: list[str]) -> None:
    found = centres(municipality, region)
    assert [one.id for one in found] == expected
    assert all(one.name and one.address and one.web for one in found)
