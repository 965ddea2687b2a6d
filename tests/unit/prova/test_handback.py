"""Memory is given back, and everything still works."""

import subprocess
import sys

from prova.handback import code

SMAPS = """\
7f00-7f10 r-xp 00000000 08:01 123 /lib/one.so
Rss: 4 kB
Private_Dirty:         0 kB
Anonymous:             0 kB
7f10-7f20 r-xp 00000000 08:01 124 /lib/written.so
Private_Dirty:         4 kB
Anonymous:             0 kB
7f20-7f30 rw-p 00000000 08:01 123 /lib/one.so
Private_Dirty:         0 kB
7f30-7f40 r-xp 00000000 00:00 0 [vdso]
Private_Dirty:         0 kB
7f40-7f50 r-xp 00000000 08:01 125 /lib/two.so
Private_Dirty:         0 kB
"""
CHILD = """
import asyncio, re, sqlite3, ssl
from probe import key, wire

def rss_kib():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])

own = key.generate()
signed = wire.seal_paper(b"x", typ="prova-calibration", key=own)
before = rss_kib()
from prova.handback import hand_back
hand_back()
print(before - rss_kib())
assert wire.seal_paper(b"x", typ="prova-calibration", key=own) == signed
assert wire.open_paper(signed, typ="prova-calibration", key=own) == b"x"
assert sqlite3.connect(":memory:").execute("SELECT 1 + 1").fetchone() == (2,)
ssl.create_default_context()
asyncio.run(asyncio.sleep(0))
"""


def test_only_code_that_was_never_written_to_is_given_back() -> None:
    assert list(code(SMAPS.splitlines())) == [(0x7F00, 0x7F10), (0x7F40, 0x7F50)]


def test_a_process_gives_megabytes_back_and_goes_on_as_before() -> None:
    said = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert int(said.stdout) > 1000
