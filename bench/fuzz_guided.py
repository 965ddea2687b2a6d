"""The same as `bench.fuzz`, with inputs that a coverage-guided fuzzer finds: Atheris (libFuzzer) on codec and intake.

    .tools/bin/uv run --no-sync --with atheris==3.0.0 python -m bench.fuzz_guided [--count 1000000] [--seed 1]

Atheris (Apache-2.0) is no dependency of the project: it is added for this command alone. It sees the branches of our
own Python, not those inside msgspec and cryptography. An input's first byte says what it is: a message as it stands,
one that another key signed, a topic, or what a hostile probe signs with its own key: a batch, a record in a good batch,
a request for enrolment, a receipt. libFuzzer bounds memory (1 GiB, 256 MiB at once) and time (10 s for one input).
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris  # type: ignore[import-untyped]  # added for this command alone

with atheris.instrument_imports(include=["probe", "collector"]):
    from bench import fuzz
    from collector.desk import Desk, Looked
    from probe import wire
    from probe.key import from_base64url
    from probe.wire import WireError
    from tests.integration.collector_rig import a_notice, sealed

_LIMITS = ("-rss_limit_mb=1024", "-malloc_limit_mb=256", "-timeout=10", "-max_len=8192", "-print_final_stats=1")
_GOOD = tuple(sealed([a_notice(one), a_notice(one + 1)], by=fuzz.OWN) for one in (1, 3))
_OLD = Path(__file__).parents[1] / "tests" / "wire" / "v1"


class Target:
    """What each input is given to. `told` counts what became of it."""

    def __init__(self, desk: Desk, fence: fuzz.Fence) -> None:
        self.told = Counter[str]()
        self._desk = desk
        self._fence = fence
        self._group: list[Looked] = []

    def __call__(self, data: bytes) -> None:
        """Raises where something is let in, got out of, or not told as it should be."""
        if not data:
            return
        topic, message, ours = _message(data[0] % 7, data[1:])
        self._fence.closed = True
        try:
            looked = fuzz.judged(topic, message, self.told, signed=ours, good=frozenset(_GOOD))
            fuzz.keep(self._desk, self._group, looked)
            self._receipt(data)
        finally:
            self._fence.closed = False

    def flush(self) -> None:
        """What waits for its group goes into the store."""
        self._desk.settle(self._group)

    def _receipt(self, data: bytes) -> None:
        """What a probe reads: a receipt of somebody who holds the collector's key, or of nobody."""
        signed = _signed(data[1:], "prova-receipt") if data[0] % 2 else data[1:]
        try:
            wire.open_receipt(signed, key=fuzz.OWN)
            self.told["a receipt"] += 1
        except WireError:
            self.told["not a receipt"] += 1


def _message(kind: int, data: bytes) -> tuple[str, bytes, bool]:
    """(topic, message, whether our key signed it)."""
    if kind == 0:
        return fuzz.TOPIC, data, False
    if kind == 1:
        return fuzz.TOPIC, wire._sign(data, typ="prova-batch", key=fuzz.OTHER), False  # noqa: SLF001  a forger
    if kind == 2:
        return data.decode("utf-8", "replace"), sealed([a_notice(1)], by=fuzz.OTHER), False
    if kind == 3:
        one = wire.seal_batch("casa", "p1", [data or b"0"], previous_sha256=None, key=fuzz.OWN)
        return fuzz.TOPIC, one, True
    if kind == 4:
        return fuzz.TOPIC, _signed(data, "prova-enrolment"), False
    return fuzz.TOPIC, _signed(data, "prova-batch"), True


def _signed(payload: bytes, typ: str) -> bytes:
    return wire._sign(payload, typ=typ, key=fuzz.OWN)  # noqa: SLF001  a hostile probe signs anything


def seeds(folder: Path) -> None:
    """One file for each good message of every version, as each kind of input."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [*_GOOD, *(path.read_bytes() for path in sorted(_OLD.glob("*.jws")))]
    payloads = [from_base64url(one.split(b".")[1]) for one in found]
    for number, payload in enumerate([*found, *payloads, fuzz.TOPIC.encode()]):
        for kind in range(7):
            (folder / f"{number}-{kind}").write_bytes(bytes([kind]) + payload)


def _told(target: Target, home: Path) -> None:
    print(", ".join(f"{what} {often:,}" for what, often in target.told.most_common()))
    print(fuzz.after(home))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--corpus", type=Path, help="kept, and gone on with; default: a temporary folder")
    given = options.parse_args()
    with TemporaryDirectory(prefix="prova-fuzz-") as scratch:
        corpus = given.corpus or Path(scratch) / "corpus"
        seeds(corpus)
        home = Path(scratch) / "home"
        with fuzz.stored(home) as desk:
            target = Target(desk, fuzz.Fence(home))
            limits = [*_LIMITS, f"-atheris_runs={given.count}", f"-seed={given.seed}", f"-artifact_prefix={scratch}/"]
            atheris.Setup([sys.argv[0], *limits, str(corpus)], target)
            try:
                atheris.Fuzz()  # ends with SystemExit
            finally:
                target.flush()
                _told(target, home)


if __name__ == "__main__":
    main()
