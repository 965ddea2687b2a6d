"""Names taken out of the audit log: their bytes are gone, and the chain holds as before."""

from datetime import UTC, datetime
from pathlib import Path

from collector.audit_log import book
from collector.audit_log.act import Act, Entry

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _entry(on: str) -> Entry:
    return Entry(at=AT, who="user:ana", act=Act.TICKET_ISSUED, on=on)


def test_what_names_somebody_goes_and_a_head_that_was_kept_still_fits(tmp_path: Path) -> None:
    heads = [book.append(tmp_path, _entry(on)) for on in ("p-7c1e2d", "p-ours", "ticket for p-7c1e2d", "p-7c1e2dd")]
    assert book.forget(tmp_path, {"p-7c1e2d"}) == 2
    book.append(tmp_path, Entry(at=AT, who="user:ana", act=Act.ERASED, on="request 1"))
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b'p-7c1e2d"' not in held
    assert b"p-7c1e2dd" in held
    found = book.check(tmp_path, heads)
    assert found.defects == ()
    assert [one for one in found.notes if "erased" in one] == [
        "entry 1 named somebody who was erased",
        "entry 3 named somebody who was erased",
    ]
    book.append(tmp_path, _entry("p-ours"))
    assert book.check(tmp_path, heads).defects == ()
    assert book.forget(tmp_path, {"p-7c1e2d"}) == 0


def test_an_entry_put_in_the_place_of_an_erased_one_is_found(tmp_path: Path) -> None:
    for on in ("p-1", "p-2", "p-3"):
        book.append(tmp_path, _entry(on))
    book.forget(tmp_path, {"p-2"})
    (path,) = tmp_path.glob("*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    digit = b"0" if lines[1].split(b'erased_sha256":"')[1][:1] != b"0" else b"1"
    lines[1] = lines[1].replace(b'erased_sha256":"', b'erased_sha256":"' + digit)
    path.write_bytes(b"".join(lines))
    assert any("entry 2 is not what entry 3 follows" in one for one in book.check(tmp_path).defects)
