"""The short-lived process as a process: what it leaves behind when it ends."""

import subprocess
import sys

from probe.sensing.errand import Errand, decode_brought, encode
from probe.settings import MeasureSettings


def test_it_ends_cleanly_while_its_input_is_still_open() -> None:
    errand = encode(Errand(software="test", measure=MeasureSettings(), look_s=0.1)) + b"\n"
    command = [sys.executable, "-m", "probe.sensing.child"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(errand)
        child.stdin.flush()
        brought = child.stdout.read()  # until it has closed it
        said = child.stderr.read()
        assert (child.wait(30), said) == (0, b"")
    decode_brought(brought)
