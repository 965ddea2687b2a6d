"""Names of targets, looked up by this machine's own resolver."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from probe.reach.names import Names

FORGETS = """
import asyncio, json, sys
from pathlib import Path
from probe.reach.names import Names

async def main():
    hosts, failed = Path("/etc/hosts"), []
    names = Names(lambda host, _: failed.append(host), again_after_s=0.02)
    seen = []
    async with asyncio.timeout(20):
        while not (first := names.endpoints("box.invalid")):
            await asyncio.sleep(0.01)
        hosts.write_text("")
        failed.clear()
        while not failed:
            names.endpoints("box.invalid")
            await asyncio.sleep(0.01)
        kept = names.endpoints("box.invalid")
        hosts.write_text("192.0.2.8 box.invalid")
        while (moved := names.endpoints("box.invalid")) == first:
            await asyncio.sleep(0.01)
    await names.close()
    print(json.dumps([first[0].address, kept[0].address, moved[0].address]))

asyncio.run(main())
"""


@pytest.mark.component("mounts")
def test_an_address_stays_in_use_while_its_name_cannot_be_looked_up(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("192.0.2.7 box.invalid")
    script = f'mount --bind "{hosts}" /etc/hosts && exec "{sys.executable}" -W error -c "$0"'
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, FORGETS], check=True, timeout=30, capture_output=True, text=True
    )
    assert json.loads(ran.stdout) == ["192.0.2.7", "192.0.2.7", "192.0.2.8"]


async def test_a_number_needs_no_look_up() -> None:
    names = Names(lambda _, __: None)
    for number in ("127.0.0.1", "::1"):
        (found,) = names.endpoints(number)
        assert (found.address, found.loopback) == (number, True)
    assert names.endpoints("fe80::1%nowhere") == ()
    await names.close()


async def test_a_name_that_cannot_be_is_a_failed_look_up() -> None:
    failed = asyncio.Event()
    names = Names(lambda _, __: failed.set())
    assert names.endpoints("x" * 70 + ".invalid") == ()
    await asyncio.wait_for(failed.wait(), 10)
    assert names.known("x" * 70 + ".invalid") == ()
    await names.close()
