from datetime import timedelta
from pathlib import Path

from probe.path.job import Said
from probe.path.shelf import Shelf
from tests.build import AT


def test_only_the_newest_captures_stay(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, most_files=3)
    for number in range(5):
        path = shelf.new(AT + timedelta(minutes=number))
        assert path is not None
        path.write_bytes(b"packets")
    names = sorted(one.name for one in (tmp_path / "probe" / "captures").iterdir())
    assert names == ["20261121T090200.pcap", "20261121T090300.pcap", "20261121T090400.pcap"]


def test_a_capture_is_named_and_digested(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = shelf.new(AT)
    assert path is not None
    path.write_bytes(b"packets")
    kept = shelf.kept(path, Said(packets=2, truncated=True, counts=(("tcp", 9),)))
    assert kept is not None
    assert (kept.name, kept.bytes, kept.packets, kept.truncated) == ("probe/captures/20261121T090000.pcap", 7, 2, True)
    assert len(kept.sha256) == 64


def test_a_capture_that_was_not_written_is_none(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = shelf.new(AT)
    assert path is not None
    assert shelf.kept(path, Said()) is None
