"""Whatever bytes a file holds: it ends in tests and counts, or in a sentence, and never in anything else."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.importer.told import UnreadableError
from tests.unit.analysis.importer.rig import Read, read

HEADS = (
    "timestamp,download_mbps,upload_mbps,ping_ms",
    "Timestamp,Server Name,Address,Ping,Jitter,Download,Upload,Share,IP",
    '"Messzeitpunkt";"Download (Mbit/s)";"Upload (Mbit/s)";"Laufzeit (ms)";"Uhrzeit"',
    '{"downloadSpeed": 1, "downloadUnit": "Mbps", "latency": 1, "timestamp": "2026-03-01T12:00:00Z"}',
    "unit_id,dtime,target,address,fetch_time,bytes_total,bytes_sec,sequence,threads,successes,failures",
    "",
)
CELLS = st.one_of(
    st.sampled_from(
        ["2026-03-01T12:00:00Z", "2026-10-25 01:30:00", "94,5", "94.5 MB/s", "", "ERROR", '"', "{", "}", "1e400"]
    ),
    st.text(max_size=12),
)
LINES = st.lists(st.lists(CELLS, max_size=11).map(",".join), max_size=12)


def read_all(data: bytes) -> Read | None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return read(Path(folder), data, timezone="Europe/Lisbon", half_days=False, unit="1")
        except UnreadableError:
            return None


@settings(max_examples=150)
@given(
    st.sampled_from(HEADS),
    st.one_of(LINES.map("\n".join).map(lambda text: text.encode(errors="replace")), st.binary(max_size=400)),
)
def test_any_bytes_end_in_tests_and_counts_or_in_a_sentence(head: str, rest: bytes) -> None:
    found = read_all(head.encode() + b"\n" + rest)
    for test in found.tests if found is not None else ():
        assert (test.rate_bps is None) != (test.failure is None)
        assert test.rate_bps is None or test.rate_bps > 0
        assert test.started_at <= test.ended_at


@settings(max_examples=50)
@given(st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=30, unique=True))
def test_a_time_with_its_offset_is_never_changed_or_lost(minutes: list[int]) -> None:
    rows = [
        f"2025-{m // 44640 % 12 + 1:02}-{m // 1440 % 28 + 1:02}T{m // 60 % 24:02}:{m % 60:02}:00+00:00,{m + 1},1,1"
        for m in minutes
    ]
    found = read_all("\n".join([HEADS[0], *rows]).encode())
    assert found is not None
    assert found.times() == [row[:19] for row in rows]
