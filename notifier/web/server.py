"""Runs the app. It logs no requests: their addresses hold tokens."""

import asyncio
import contextlib
import errno
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
    try:
        return _listening(*listen.rpartition(":")[::2])
    except OSError as error:
        raise ConfigError(
            f"无法监听 {listen}（{error.strerror}）：端口被占用或地址不对，请改 web.listen",
            f"cannot listen on {listen}: change web.listen",
        ) from error


def _listening(host: str, number: str) -> socket.socket:
    if int(number) > 65535:
        raise OSError(errno.EINVAL, "port > 65535")
    # asyncio sets TCP_NODELAY only where the protocol is named: without it every answer waits 40 ms
    found = socket.getaddrinfo(host.strip("[]"), int(number), type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    family, kind, protocol, _, address = found[0]
    port = socket.socket(family, kind, protocol)
    try:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.bind(address)
        port.listen(2048)
    except OSError:
        port.close()
        raise
    return port


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
