"""A page made to keep its reader busy."""

import time

import pytest

from analysis.summary.page.drawn import MOST_LINES
from analysis.summary.page.paper import Paper, Piece
from analysis.summary.read import read

PIECES = MOST_LINES
WORDS = {
    "headings": "Preço",
    "marks": "1",
    "labels": "Velocidade máxima",
    "figures": "111 111 111",
    "speeds": "1000 Mbps máxima download",
    "long": "1 " * 1000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WORDS)
def test_no_page_keeps_the_reader_busy_for_long(name: str) -> None:
    heading = Piece(page=1, x=40, end_x=300, y=9e5, size=14, text="Velocidades do serviço de Internet")
    count = PIECES if name != "long" else 300
    pieces = [
        Piece(
            page=1,
            x=40.0 + 90 * (n % 2),
            end_x=60.0 + 90 * (n % 2),
            y=8e5 - 6.0 * n,
            size=10.0 - 3 * (n % 2),
            text=WORDS[name],
        )
        for n in range(count)
    ]
    began = time.process_time()
    read(Paper(name="x.pdf", sha256="0" * 64, page_count=1, pieces=(heading, *pieces)))
    assert time.process_time() - began < 15
