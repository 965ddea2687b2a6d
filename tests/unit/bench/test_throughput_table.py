from pathlib import Path

from bench.throughput import book, table
from bench.throughput.cell import Cell, Reading, grid
from probe.body.speed_test import Direction

CELL = Cell(rate_mbps=100, delay_ms=20, queue_bdp=1, loss_share=0)
SHALLOW = Cell(rate_mbps=100, delay_ms=0, queue_bdp=0.1, loss_share=0.001)


def a_reading(tool: str, share: float | None, cell: Cell = CELL) -> Reading:
    return Reading(
        cell=cell,
        direction=Direction.DOWNLOAD,
        tool=tool,
        share=share,
        bytes=37_500_000,
        seconds=3.0,
        busy_cores=0.5,
        said={"rate_bps": None},
        commit="abc",
    )


def test_nothing_is_held_against_a_tool_where_the_line_itself_was_off() -> None:
    readings = [
        a_reading(table.FLOOD, 1.0),
        a_reading("prova", 0.998),
        a_reading(table.FLOOD, 0.95, SHALLOW),
        a_reading("prova", 0.9, SHALLOW),
    ]
    text = table.markdown(readings)
    assert "| prova | 1 | 0 | 0.20 % | 0.20 % | 0.20 % | 3.0 s |" in text
    assert f"| {SHALLOW.name} | download | -5.00 % | -10.00 % |" in text


def test_a_tool_without_a_rate_is_counted_as_such_not_as_an_error() -> None:
    readings = [a_reading(table.FLOOD, 1.0), a_reading("prova", None)]
    assert "| prova | 1 | 1 |  |  |  | 3.0 s |" in table.markdown(readings)


def test_a_queue_is_of_the_lines_round_trip_and_of_20_ms_where_it_has_none() -> None:
    assert CELL.queue_s == 0.02
    assert abs(SHALLOW.queue_s - 0.002) < 1e-12


def test_the_grids_order_is_always_the_same_and_it_holds_every_combination_once() -> None:
    wanted = {"rates": (10.0, 50.0), "delays": (0.0, 20.0), "queues": (0.1, 1.0), "losses": (0.0,)}
    assert grid(**wanted) == grid(**wanted)
    assert len(set(grid(**wanted))) == 8


def test_what_was_read_stays_read_and_half_a_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "readings.jsonl"
    assert book.read(file) == []
    book.append(file, a_reading("prova", 0.998))
    with file.open("ab") as broken:
        broken.write(b'{"cell":')
    assert book.read(file) == [a_reading("prova", 0.998)]
