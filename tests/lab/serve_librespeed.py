"""Shell. A LibreSpeed back end in a real HTTP server, as a process of its own: HOST PORT. Ends when it is killed."""

import asyncio
import socket
import sys

import uvicorn

from tests.integration.librespeed_rig import an_application


async def serve(host: str, port: int) -> None:
    with socket.create_server((host, port)) as listener:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        config = uvicorn.Config(an_application("", ""), log_level="critical", lifespan="off")
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
