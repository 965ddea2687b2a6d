"""Whether a test leaves anything behind: a thousand short ones, both ends in one process.

Every method (ndt7 and msak over ws and wss, LibreSpeed over http and https, UDP), both directions, and three ends: by
its limit of bytes, by its user's stop, and where nobody listens. Prints open files, threads, files in the temporary
folder, and resident memory, at the start, after every tenth part and at the end. Exits with 1 where anything is left.

    python -m bench.leaks [--tests 1000]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.integration.leaks_rig import KINDS, left, one_test, resident_bytes, rig, settled


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tests", type=int, default=1000)
    count = options.parse_args().tests
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as own:
        tempfile.tempdir = own
        with rig(Path(folder)) as one:
            before = left()
            for number in range(len(KINDS)):  # whatever memory is taken once is taken now
                one_test(one, number)
            began = time.monotonic()
            print(f"{len(KINDS)} kinds of test; start: {before}, {resident_bytes() / 1e6:.1f} MB resident", flush=True)
            for number in range(count):
                one_test(one, number)
                if (number + 1) % max(1, count // 10) == 0:
                    print(
                        f"{number + 1:5}: {settled(before)}, {resident_bytes() / 1e6:.1f} MB resident,"
                        f" {time.monotonic() - began:.0f} s",
                        flush=True,
                    )
            sys.exit(settled(before) != before)


if __name__ == "__main__":
    main()
