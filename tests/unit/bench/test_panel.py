"""A regulator's panel is read by what its columns mean, and weighted as an extract is."""

from pathlib import Path

import pytest

from bench.panel.__main__ import answer, beside, picked
from bench.panel.unit_level import read

COLUMNS = (
    "ISP,Technology,Headline.speed,Urban.rural,Download.speed..Mbit.s..24.{hours},Download.speed..Mbit.s..Max,"
    "Download.speed..Mbit.s..8.10pm.weekday,Upload.speed..Mbit.s.24.hour,{isp}.weights,{nat}.weights"
)
HEADERS = (COLUMNS.format(hours="hour", isp="ISP", nat="Nat"), COLUMNS.format(hours="hrs", isp="isp", nat="nat"))
ROWS = (
    "A,Cable,60,Urban,50,60,40,3,1,1",
    "A,Cable,60,Urban,40,60,30,3,1,3",
    "B,FTTx,15-fibre,,10,12,,#NULL!,0,",
)


@pytest.mark.parametrize("header", HEADERS)
def test_a_year_is_read_by_what_its_columns_mean(tmp_path: Path, header: str) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("\n".join((header, *ROWS)))
    households = read(path)
    assert households[0].numbers["download_mbps"] == 50
    assert households[2].numbers["headline_mbps"] == 15
    assert households[2].numbers.keys().isdisjoint({"peak_mbps", "upload_mbps", "national_weight"})
    national = answer(households, "download_mbps", "national_weight")
    assert national is not None
    assert (national.estimate.value, national.count, national.effective) == (42.5, 2, 1.6)
    assert answer(picked(households, {"operator": "B"}), "download_mbps", "operator_weight") is None


def test_a_figure_that_differs_at_the_published_digits_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("\n".join((HEADERS[0], *ROWS)))
    cell = {"what": "all", "weight": "national_weight", "figure": ["download_mbps"], "digits": 1}
    assert beside(read(path), cell | {"published": 42.5})[1]
    line, same = beside(read(path), cell | {"published": 42.4})
    assert not same
    assert "+0.10" in line


def test_a_header_that_fits_no_year_is_refused_by_the_column_that_lacks(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("ISP,Technology\nA,Cable\n")
    with pytest.raises(ValueError, match="no column is called like headlinespeed"):
        read(path)
