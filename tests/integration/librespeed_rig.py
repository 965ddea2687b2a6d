"""A back end as LibreSpeed's, for a real HTTP server to serve. Nothing of ours is in it."""

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

BLOCK = bytes(1 << 20)


def an_application(folder: str, suffix: str, *, length: bool = True, chunks: int | None = None) -> Starlette:
    """`length`: whether a download says how long it is, or comes in chunks; `chunks`: the most it gives."""

    async def garbage(request: Request) -> Response:
        count = max(1, min(int(request.query_params.get("ckSize", "4")), chunks or 1024))

        async def body() -> AsyncIterator[bytes]:
            for _ in range(count):
                yield BLOCK

        headers = {"Content-Length": str(count << 20)} if length else {}
        return StreamingResponse(body(), headers=headers, media_type="application/octet-stream")

    async def empty(request: Request) -> Response:
        async for _ in request.stream():
            pass
        return Response()

    return Starlette(
        routes=[
            Route(f"/{folder}garbage{suffix}", garbage),
            Route(f"/{folder}empty{suffix}", empty, methods=["GET", "POST"]),
        ]
    )
