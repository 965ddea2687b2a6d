"""Shell. Addresses of targets that were given by name: looked up in the background, kept, looked up again.

An address stays in use while its name cannot be looked up, so that a dead resolver does not look like a dead line; the
failed look-up is told apart. Knows nothing of probes.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any

from probe import clock
from probe.reach.gateway import bare, endpoint
from probe.reach.target import Endpoint
from probe.worker import in_thread

_AGAIN_AFTER_S = 60.0  # so that every minute tells whether names still resolve
_LIMIT_S = 5.0


class Names:
    """Open until `close`."""

    def __init__(self, failed: Callable[[str, int], None], *, again_after_s: float = _AGAIN_AFTER_S) -> None:
        """`failed` hears the host whose look-up failed and when, monotonic, it was asked.

        A name whose address is known is looked up again after `again_after_s`, one without at every question.
        """
        self._failed = failed
        self._again_after_s = again_after_s
        self._known: dict[str, tuple[Endpoint, ...]] = {}
        self._asked_ns: dict[str, int] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def endpoints(self, host: str) -> tuple[Endpoint, ...]:
        """The addresses of `host`, one of each IP version at most; none as long as there is none.

        Starts a look-up where one is due.
        """
        numeric = _numeric(host)
        if numeric is not None:
            return (numeric,)
        known = self._known.get(host, ())
        waited_ns = clock.monotonic_ns() - self._asked_ns.get(host, 0)
        if host not in self._running and (not known or waited_ns > self._again_after_s * 1e9):
            self._asked_ns[host] = clock.monotonic_ns()
            task = asyncio.create_task(self._look_up(host), name=f"look up {host}")
            task.add_done_callback(lambda _: self._running.pop(host))
            self._running[host] = task
        return known

    def known(self, host: str) -> tuple[Endpoint, ...]:
        """The addresses that `host` had at the last look-up that worked, none before the first."""
        return self._known.get(host, ())

    async def close(self) -> None:
        """Waits for nothing: a look-up still under way is dropped."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _look_up(self, host: str) -> None:
        asked_ns = self._asked_ns[host]
        looking = asyncio.create_task(in_thread(lambda: socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)))
        try:
            await asyncio.wait({looking}, timeout=_LIMIT_S)
            in_time = looking.done()
            if not in_time:
                self._failed(host, asked_ns)
            # A thread cannot be stopped: the next look-up waits for this one's end, which the resolver bounds.
            found = await looking
        except (OSError, UnicodeError):  # UnicodeError: a name that no resolver can have
            if in_time:
                self._failed(host, asked_ns)
        else:
            self._known[host] = _first_of_each(found)
        finally:
            looking.cancel()


def _first_of_each(found: Sequence[tuple[Any, Any, Any, Any, Any]]) -> tuple[Endpoint, ...]:
    """Of each IP version the address that the system prefers, IPv4 first."""
    chosen: dict[int, Endpoint] = {}
    for family, _, _, _, (address, _, *rest) in found:
        if family in {socket.AF_INET, socket.AF_INET6} and family not in chosen:
            chosen[family] = endpoint(bare(str(address)), scope=int(rest[1]) if rest else 0)
    return tuple(chosen[family] for family in sorted(chosen))


def _numeric(host: str) -> Endpoint | None:
    """None for a name."""
    address, _, interface = host.partition("%")
    try:
        ipaddress.ip_address(address)
        return endpoint(address, scope=socket.if_nametoindex(interface) if interface else 0)
    except (ValueError, OSError):  # OSError: an interface that is not there (any more)
        return None
