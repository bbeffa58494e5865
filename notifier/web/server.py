"""Runs the app. It logs no requests: their addresses hold tokens."""

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from notifier.errors import ConfigError


class _Server(uvicorn.Server):
    """Signals are the caller's: SIGTERM drains the whole service, not the web part alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: FastAPI, listen: str, stopping: asyncio.Event) -> None:
    """Serve on HOST:PORT until `stopping` is set, then answer what is under way. ConfigError where it is taken."""
    host, _, port = listen.rpartition(":")
    config = uvicorn.Config(
        app, host=host.strip("[]"), port=int(port), access_log=False, log_level="warning", lifespan="off",
        server_header=False, timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = _Server(config)
    running = asyncio.create_task(_until_exit(server))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopped.cancel()
    try:
        await running
    except SystemExit as error:  # how uvicorn says that it could not bind
        raise ConfigError(
            f"无法监听 {listen}：端口被占用或地址不对", f"cannot listen on {listen}: it is taken"
        ) from error


async def _until_exit(server: uvicorn.Server) -> None:
    await server.serve()
