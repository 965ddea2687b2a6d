"""Shell. Tells the clocks of the machine that it runs on, a line of JSON every 20 ms, until it is told to end."""

import json
import sys
import time

from probe import clock


def main() -> None:
    while True:
        stamp = clock.stamp()
        told = {
            "boot_id": stamp.boot_id,
            "wall_s": stamp.at.timestamp(),
            "monotonic_s": stamp.monotonic_ns / 1e9,
            "boot_s": time.clock_gettime(time.CLOCK_BOOTTIME),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
