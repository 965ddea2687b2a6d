"""Shell. TCP connections' way through this process, so that they can be reset like real ones. Knows nothing of MQTT."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_AT_ONCE = 65_536
_AT_ONCE_CLOSED = struct.pack("ii", 1, 0)  # linger for no time: the kernel sends a reset


@dataclass
class Gate:
    """Passes on what comes to `port`, both ways, until it is reset."""

    to_port: int
    port: int = 0
    resets: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    passing: set["asyncio.Task[None]"] = field(default_factory=set)

    def reset(self) -> None:
        """Both ends of every connection see it reset, and what was under way is lost."""
        closing = [writer for writer in self.open if not writer.is_closing()]
        self.resets += len(closing) // 2
        for writer in closing:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE_CLOSED)
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.passing.add(task)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except (OSError, asyncio.CancelledError):  # nobody there; or the end of this process's gates
            writer.transport.abort()
            return
        finally:
            self.passing.discard(task)
        self.passing.add(task)
        ends = {writer, far_writer}
        self.open |= ends
        try:
            with suppress(asyncio.CancelledError):  # the end of this process's gates, not an accident
                await asyncio.gather(_pass(reader, far_writer), _pass(far_reader, writer))
        finally:
            self.open -= ends
            self.passing.discard(task)
            for one in ends:
                one.transport.abort()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(_AT_ONCE):
            writer.write(some)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def gate(to_port: int) -> AsyncIterator[Gate]:
    one = Gate(to_port)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        one.reset()
        for task in list(one.passing):
            task.cancel()
        await asyncio.gather(*one.passing, return_exceptions=True)
