"""Shell. Network namespaces with names of this run's own, and commands inside them; all of it taken down at the end.

Needs root and iproute2. Knows nothing of what stands between them.
"""

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PREFIX = "pv"
_COMMAND_S = 20.0
_numbers = itertools.count()


def new_name() -> str:
    """A prefix for what one run makes: at most eleven letters, so that a device's name has room behind it."""
    return f"{_PREFIX}{os.getpid()}-{next(_numbers)}"


@contextmanager
def namespace(name: str) -> Iterator[str]:
    """A network namespace with its loopback up, while it is entered."""
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        ip("netns", "del", name)


def sweep() -> None:
    """Removes what a killed run left behind: namespaces of ours whose process is gone."""
    for line in ip("netns", "list").splitlines():
        name = line.split()[0] if line.strip() else ""
        owner = name.removeprefix(_PREFIX).split("-")[0]
        if name.startswith(_PREFIX) and owner.isdigit() and not Path("/proc", owner).exists():
            ip("netns", "del", name)


def ip(*arguments: str) -> str:
    return run("ip", *arguments)


def run(*command: str, text: str = "") -> str:
    """The output of a command that must succeed; `text` is its input."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=text, timeout=_COMMAND_S)
    return done.stdout


def inside(name: str, *command: str, text: str = "") -> str:
    """As `run`, in a namespace."""
    return run("ip", "netns", "exec", name, *command, text=text)


def popen(name: str, *command: str) -> subprocess.Popen[str]:
    """`command` in a namespace, its standard input and output as pipes, from the project's folder."""
    return subprocess.Popen(
        ["ip", "netns", "exec", name, *command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
