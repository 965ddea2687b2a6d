"""Shell. Asks a short-lived, confined process: bytes in, bytes out, within a time, and never more than a bound.

What it answers is to be read as one would a stranger's. Knows nothing of what is asked.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from enum import Enum, auto

from analysis.confined.bounds import Bounds

_MORE_S = 15.0  # the process ends by itself before


class Failed(Enum):
    """Why there is no answer."""

    TOO_HARD = auto()  # it was ended by a bound
    BROKEN = auto()  # it ended by itself, with an error


def ask(command: Sequence[str], data: bytes, bounds: Bounds) -> bytes | Failed:
    """What the process wrote on its standard output. `command` starts a child that calls `enter` with these bounds."""
    with tempfile.TemporaryFile() as answer:
        try:
            ended = subprocess.run(
                command,
                input=data,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=bounds.wall_s + _MORE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Failed.TOO_HARD
        if ended.returncode != 0:
            return Failed.TOO_HARD if ended.returncode < 0 else Failed.BROKEN
        answer.seek(0)
        said = answer.read(bounds.output_bytes)
    return said if len(said) < bounds.output_bytes else Failed.TOO_HARD  # one that fills the bound was cut at it
