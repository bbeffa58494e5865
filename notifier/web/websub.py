"""Where hubs answer and tell of news (WebSub, 5.3 and 7). Handlers parse, call one function, and answer."""

import datetime as dt
from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from notifier.pipeline.hubs import CALLBACK, confirm, is_known, take_push
from notifier.storage.database import Database

MAX_PUSH = 4 * 1024 * 1024  # bytes; a feed that is larger is polled in its own time


def add_websub(app: FastAPI, database: Database, clock: Callable[[], dt.datetime]) -> None:
    @app.get(CALLBACK + "{token}")
    def answer(request: Request, token: str) -> Response:
        said = {name: request.query_params.get(f"hub.{name}", "") for name in _ANSWER}
        seconds = int(said["lease_seconds"][:9]) if said["lease_seconds"].isdecimal() else 0
        agreed = confirm(
            database, token, said["mode"], said["topic"], seconds=seconds, reason=said["reason"], now=clock()
        )
        return Response(said["challenge"] if agreed else "", 200 if agreed else 404, media_type="text/plain")

    @app.post(CALLBACK + "{token}")
    async def push(request: Request, token: str) -> Response:
        """What is not signed rightly is answered all the same, and ignored: nobody learns our secret by trying."""
        if not await run_in_threadpool(is_known, database, token):
            return Response(status_code=410)
        content = await _body(request)
        if content is None:
            return Response(status_code=413)
        signature = request.headers.get("x-hub-signature", "")
        await run_in_threadpool(lambda: take_push(database, token, content, signature, now=clock()))
        return Response(status_code=202)


_ANSWER = ("mode", "topic", "challenge", "lease_seconds", "reason")


async def _body(request: Request) -> bytes | None:
    """None where it is too large: it is not read to its end."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_PUSH:
            return None
    return bytes(content)
