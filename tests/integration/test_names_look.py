"""Questions with DNSSEC to real servers: BIND with a rightly and a wrongly signed zone, and BIND as who resolves."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from probe.body.names import NamesSeen, ZoneServerSeen
from probe.body.reachability import Role
from probe.body.rung import Occasion
from probe.reach.gateway import endpoint
from probe.reach.lookups import NamesAsked
from probe.reach.names_look import look
from probe.reach.target import Target
from prova.port import free_port

pytestmark = pytest.mark.component("named")
WITHIN_S = 20.0
GOOD, BROKEN = "good.example", "broken.example"
SERIAL = 2026100501
ZONE = "$TTL 60\n@ IN SOA ns hostmaster ({serial} 60 60 60000 60)\n@ IN NS ns\nns IN A 127.0.0.1\n"
HERE = endpoint("127.0.0.1")


@dataclass(frozen=True)
class Servers:
    authority: int
    checking: int
    trusting: int


def signed(folder: Path, zone: str) -> str:
    """Writes the zone with its signatures; its key as a trust anchor."""
    (folder / zone).write_text(ZONE.format(serial=SERIAL))
    made = subprocess.run(
        ["dnssec-keygen", "-q", "-a", "ED25519", "-f", "KSK", zone],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    subprocess.run(
        ["dnssec-signzone", "-q", "-S", "-z", "-o", zone, "-f", f"{zone}.signed", zone],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=60,
    )
    if zone == BROKEN:  # another serial than the one that was signed
        path = folder / f"{zone}.signed"
        path.write_text(path.read_text().replace(str(SERIAL), str(SERIAL + 1), 1))
    key = (folder / f"{made.stdout.strip()}.key").read_text()
    told = re.search(r"DNSKEY\s+(257 3 \d+) (.+)$", key, re.MULTILINE)
    assert told is not None
    return f'{zone}. static-key {told[1]} "{told[2].replace(" ", "")}";'


@contextmanager
def named(folder: Path, port: int, options: str, zones: str) -> Iterator[None]:
    folder.mkdir()
    conf = folder / "named.conf"
    conf.write_text(
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};'
        f' pid-file "{folder}/pid"; session-keyfile "{folder}/session.key"; {options} }};\ncontrols {{ }};\n{zones}'
    )
    command = [shutil.which("named", path="/usr/sbin:/usr/bin") or "named", "-g", "-n", "1", "-c", str(conf)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("names")
    anchors = [signed(folder, zone) for zone in (GOOD, BROKEN)]
    found = Servers(free_port(), free_port(), free_port())
    own = "".join(f'zone "{zone}" {{ type primary; file "{folder}/{zone}.signed"; }};\n' for zone in (GOOD, BROKEN))
    sent_on = "".join(
        f'zone "{zone}" {{ type forward; forward only; forwarders {{ 127.0.0.1 port {found.authority}; }}; }};\n'
        for zone in (GOOD, BROKEN)
    )
    with ExitStack() as running:
        running.enter_context(named(folder / "authority", found.authority, "recursion no;", own))
        for port, validation in ((found.checking, "yes"), (found.trusting, "no")):
            trusted = f"trust-anchors {{ {' '.join(anchors)} }};\n" if validation == "yes" else ""
            options = f"recursion yes; empty-zones-enable no; dnssec-validation {validation};"
            running.enter_context(named(folder / validation, port, options, trusted + sent_on))
        for port in (found.authority, found.checking, found.trusting):
            asyncio.run(listening(port))
        yield found


async def listening(port: int) -> None:
    async with asyncio.timeout(WITHIN_S):
        while (await seen_by(port)).rtt_ms is None:
            await asyncio.sleep(0.05)


async def seen_by(port: int, zone: str = GOOD) -> ZoneServerSeen:
    target = Target("ns.example", Role.NAME_SERVER, zone=zone)
    (seen,) = (await look(NamesAsked(zone_servers=((target, HERE),), port=port), Occasion.ROUTINE)).zone_servers
    return seen


async def resolved_by(port: int) -> NamesSeen:
    return await look(NamesAsked(resolvers=(HERE,), signed_name=GOOD, broken_name=BROKEN, port=port), Occasion.ROUTINE)


async def test_a_zones_own_server_is_heard_with_its_serial_and_its_signature(servers: Servers) -> None:
    seen = await seen_by(servers.authority)
    assert (seen.authoritative, seen.serial, seen.signed) == (True, SERIAL, True)
    assert seen.rtt_ms is not None


async def test_a_resolver_that_checks_vouches_for_the_right_and_refuses_the_wrong(servers: Servers) -> None:
    (seen,) = (await resolved_by(servers.checking)).resolvers
    assert (seen.authenticated, seen.refused_broken) == (True, True)


async def test_a_resolver_that_does_not_check_vouches_for_nothing_and_gives_the_wrong(servers: Servers) -> None:
    (seen,) = (await resolved_by(servers.trusting)).resolvers
    assert (seen.authenticated, seen.refused_broken) == (False, False)


async def test_where_nobody_listens_nothing_is_known() -> None:
    seen = await resolved_by(free_port())
    assert seen.resolvers[0].rtt_ms is seen.resolvers[0].authenticated is seen.resolvers[0].refused_broken is None
