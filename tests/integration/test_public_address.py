"""The line's public address is kept nowhere: a path and a sign-in, through every store and every answer."""

import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # ships no types

from analysis.fleet.record_json import bare, record_json
from collector.enrolment import enrol
from dashboards.web.access.pace import visitor_of
from dashboards.web.access.passage import Passage
from probe import key, wire
from probe.body.rung import PathSeen
from probe.path.job import HopSeen
from probe.path.scout import _hop
from probe.record import Body
from prova.audit.page_door import PageDoor
from tests.build import MINUTE, a_record, a_speed_test
from tests.integration.lake_rig import START_AT, House, accepted

SITE = "2a00:4f8:99:12"
IPV6 = f"{SITE}ab::77"
IPV4 = "93.184.216.34"
TOLD = (SITE, "2a00:04f8:0099:12", IPV4)


def _path(source: str, hops: tuple[HopSeen, ...], gateway: str | None) -> PathSeen:
    found = tuple(_hop(one, gateway, source) for one in hops)
    return PathSeen(
        target="far.example", address="2001:db8::9", address_family=6, method="udp", reached=True, hops=found
    )


def _paths() -> list[PathSeen]:
    """Routers of the home that answer from its own public network, behind a gateway and without one."""
    of_ipv6 = (
        HopSeen(ttl=1, address=f"{SITE}ab::1", rtt_ms=0.4),
        HopSeen(ttl=2, address=f"{SITE}ff::1", rtt_ms=0.9),
        HopSeen(ttl=3, address="2001:db8::1", rtt_ms=4),
    )
    of_ipv4 = (
        HopSeen(ttl=1, address=IPV4, rtt_ms=0.4),
        HopSeen(ttl=2),
        HopSeen(ttl=3, address="198.51.100.1", rtt_ms=4),
    )
    return [_path(IPV6, of_ipv6, "fe80::1"), _path(IPV6, of_ipv6, None), _path(IPV4, of_ipv4, "192.168.1.1")]


def _a_house(folder: Path) -> House:
    house, own = House(folder), key.generate()
    enrol(folder, probe="p1", line="casa", public_jwk=key.public_jwk(own), at=START_AT)
    bodies: list[Body] = [*_paths(), a_speed_test()]
    records = [
        wire.encode_record(a_record(body=body, at=START_AT + number * MINUTE, sequence=number, probe="p1"))
        for number, body in enumerate(bodies, 1)
    ]
    signed = wire.seal_batch("casa", "p1", records, previous_sha256=None, key=own)
    house.keep(accepted(signed, own, START_AT + timedelta(hours=1)))
    return house


def test_the_lines_public_address_is_in_no_file_and_no_answer(tmp_path: Path) -> None:
    house = _a_house(tmp_path)
    door = PageDoor(tmp_path, lambda: 0.0)
    for passage in (Passage.REFUSED, Passage.SIGNED_IN, Passage.SIGNED_OUT):
        door.saw(passage, visitor_of(IPV4))
        door.saw(passage, visitor_of(IPV6))
    _search(tmp_path)
    house.seal()
    assert len(house.ids()) == 4
    _search(tmp_path)
    for one in house.store.records(["casa"], START_AT, START_AT + timedelta(days=1)):
        for personal in (True, False):
            _none_of_it(json.dumps(record_json(one, addresses=personal)).encode(), "an answer")


def test_what_the_path_tells_is_there_all_the_same() -> None:
    first, without, of_ipv4 = _paths()
    assert [one.address for one in first.hops] == ["fe80::1", "fe80::1", "2001:db8::1"]
    assert [one.address for one in without.hops] == [None, None, "2001:db8::1"]
    assert [one.address for one in of_ipv4.hops] == ["192.168.1.1", None, "198.51.100.1"]
    assert [one.rtt_ms for one in without.hops] == [0.4, 0.9, 4]


def test_the_name_by_which_mlab_tells_the_address_is_told_to_no_stranger() -> None:
    told = {"server_said": {"connection": "ndt-abc_1700000000_000000000000ABCD", "software": "ndt7 1.0"}}
    assert bare(told) == {"server_said": {"connection": None, "software": "ndt7 1.0"}}


def _search(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            _none_of_it(path.read_bytes(), str(path))
            if path.suffix == ".parquet":
                _none_of_it(repr(pq.read_table(path).to_pylist()).encode(), str(path))


def _none_of_it(data: bytes, where: str) -> None:
    for told in TOLD:
        assert told.encode() not in data, f"{told} is in {where}"
