"""Shell. Readings in a file, one JSON object a line: what was read stays read, and a broken run goes on where it was.

Knows nothing of what they mean.
"""

from pathlib import Path

import msgspec

from bench.throughput.cell import Reading


def read(path: Path) -> list[Reading]:
    """Empty where there is no such file. A last line that is not whole is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    return [msgspec.json.decode(line, type=Reading) for line in lines if line.endswith(b"\n")]


def append(path: Path, reading: Reading) -> None:
    with path.open("ab") as file:
        file.write(msgspec.json.encode(reading) + b"\n")
