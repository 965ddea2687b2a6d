"""No table that Prova writes for people runs anything in a spreadsheet; numbers stay numbers."""

import ast
import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analysis.extract.package.data_file import _cell as extract_cell
from analysis.fleet.sheet_cell import inert, is_formula
from analysis.fleet.topology import Topology
from analysis.fleet.topology_table import TopologyError, read, write
from dashboards.api.download import _cell as api_cell

ROOT = Path(__file__).parents[2]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FOREIGN = st.one_of(
    st.text(max_size=40), st.sampled_from(STARTS).flatmap(lambda one: st.text(max_size=20).map(one.__add__))
)
# Every module that writes CSV, and how its cells come to be inert. What writes another one must be put here.
WRITERS = {
    "analysis/extract/package/data_file.py": "extract_cell below",
    "analysis/fleet/topology_table.py": "what begins like a formula is refused when it is read",
    "dashboards/api/download.py": "api_cell below",
    "prova/privacy/held_store.py": "names of columns alone, which are Prova's own words",
}


@given(FOREIGN)
def test_foreign_text_begins_no_formula(text: str) -> None:
    for cell in (inert(text), str(extract_cell(text)), api_cell(text)):
        assert not cell.lstrip(" ").startswith(STARTS)
        assert cell in {text, f"'{text}"}


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e12, 1e12)))
def test_numbers_stay_numbers_below_zero_too(number: float) -> None:
    assert float(api_cell(number)) == float(number)
    assert float(extract_cell(number)) == float(number)


@given(FOREIGN)
def test_a_row_comes_back_as_one_row(text: str) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[inert(text), "x"]])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [[inert(text), "x"]]


@given(FOREIGN)
def test_a_topology_takes_no_name_that_a_spreadsheet_would_run(name: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["line", "node"], ["casa", name]])
    try:
        told = read(out.getvalue(), "t.csv")
    except TopologyError:
        return
    assert not any(is_formula(cell) for row in csv.reader(io.StringIO(write(Topology(told.placed)))) for cell in row)


def test_every_writer_of_tables_is_known() -> None:
    found = set()
    for room in ("probe", "collector", "analysis", "dashboards", "prova"):
        for path in (ROOT / room).rglob("*.py"):
            if "csv" not in (text := path.read_text()):
                continue
            calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
            names = {ast.unparse(one.func) for one in calls}
            if names & {"csv.writer", "csv.DictWriter"} or any(
                name.endswith((".write_csv", ".to_csv")) for name in names
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found == WRITERS.keys()
