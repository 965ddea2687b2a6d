"""Object storage: moto's S3 server, as a process of its own, with one bucket."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prova.port import free_port
from tests.integration.collector_rig import until

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}


@asynccontextmanager
async def a_bucket() -> AsyncIterator[str]:
    """The `HOST:PORT` of a server that has the bucket `evidence`."""
    port = free_port()
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(  # noqa: ASYNC220  returns at once
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **CREDENTIALS}
    ) as server:
        try:
            make = urllib.request.Request(f"http://127.0.0.1:{port}/evidence", method="PUT")
            await until(lambda: _answers(make), 60)
            yield f"127.0.0.1:{port}"
        finally:
            server.kill()


def address(endpoint: str, prefix: str) -> str:
    """`prefix` in that bucket."""
    return f"s3://evidence/{prefix}?endpoint_override={endpoint}&scheme=http&region=us-east-1"


def _answers(request: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  our own
            return bool(answer.status == 200)
    except OSError:
        return False
