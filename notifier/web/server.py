"""Runs the app. It logs no requests: their addresses hold tokens."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from notifier.errors import ConfigError


class _Server(uvicorn.Server):
    """Signals are the caller's: SIGTERM drains the whole service, not the web part alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def open_port(listen: str) -> socket.socket:
    """Listen on HOST:PORT. ConfigError where it is taken, or not ours."""
    host, _, port = listen.rpartition(":")
    try:
        family, _, _, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"无法监听 {listen}（{reason}）：端口被占用或地址不对，请改 web.listen",
            f"cannot listen on {listen}: change web.listen",
        ) from error


async def serve(app: FastAPI, port: socket.socket, stopping: asyncio.Event) -> None:
    """Serve on an open port until `stopping` is set, then answer what is under way."""
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", lifespan="off", server_header=False, timeout_graceful_shutdown=10
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[port]))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopped.cancel()
    await running
