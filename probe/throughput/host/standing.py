"""Shell. Who a measuring server is: the name its operator gave, and a random word of its own that it keeps in a file.

The machine's own name is told only where the operator says so. Knows nothing of what is told to whom.
"""

import re
import secrets
import socket
from importlib.metadata import version
from pathlib import Path

from probe.throughput.host.told import Host

_INSTANCE = re.compile(r"s-[0-9a-f]{12}")


def passing(*, name: str | None = None) -> Host:
    """A server that keeps nothing: another instance at every start."""
    return Host(instance=_new(), software=f"prova {version('prova')}", name=name)


def kept(path: Path, *, name: str | None = None) -> Host:
    """The server that keeps its instance in `path`, which is made where it is missing or holds something else.

    Raises OSError where it cannot be kept.
    """
    try:
        instance = path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        instance = ""
    if not _INSTANCE.fullmatch(instance):
        instance = _new()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(f"{instance}\n", encoding="utf-8")
        fresh.rename(path)
    return Host(instance=instance, software=f"prova {version('prova')}", name=name)


def machine_name() -> str:
    """This machine's host name, for an operator who wants it told."""
    return socket.gethostname()


def _new() -> str:
    return f"s-{secrets.token_hex(6)}"
