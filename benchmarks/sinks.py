"""Where the mail of the benchmarks goes: Postfix's smtp-sink or one of asyncio, and a proxy that makes it far away."""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

HOST = "127.0.0.1"
SIZE = 17_800  # bytes of a message
ANSWERS = {b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n"}


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def running(process: "subprocess.Popen[bytes] | multiprocessing.Process", port: int) -> Iterator[int]:
    """Until the block ends; the port answers when it begins."""
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait() if isinstance(process, subprocess.Popen) else process.join()


class Postfix:
    """smtp-source and smtp-sink, installed or unpacked into a folder."""

    def __init__(self, folder: Path | None) -> None:
        found = shutil.which(
            "smtp-source", path=f"{folder / 'usr/sbin'}" if folder else f"{os.environ['PATH']}:/usr/sbin"
        )
        self.sbin = Path(found).parent if found else None
        self._env = dict(os.environ) | ({"LD_LIBRARY_PATH": str(folder / "usr/lib/postfix")} if folder else {})

    def sink(self, port: int) -> "subprocess.Popen[bytes]":
        assert self.sbin is not None
        as_user = ["-u", "nobody"] if os.getuid() == 0 else []
        return subprocess.Popen([self.sbin / "smtp-sink", *as_user, f"{HOST}:{port}", "1000"], env=self._env)

    def source(self, port: int, messages: int, connections: int) -> None:
        assert self.sbin is not None
        options = ["-d", "-s", connections, "-m", messages, "-l", SIZE, "-f", "a@example.org", "-t", "b@example.org"]
        command = [self.sbin / "smtp-source", *map(str, options), f"{HOST}:{port}"]
        subprocess.run(command, env=self._env, check=True)


async def answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    take: Callable[[asyncio.StreamReader], Awaitable[object]],
) -> None:
    """Says yes to everything; `take` reads a body up to its dot."""
    writer.write(b"220 sink ESMTP\r\n")
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await take(reader)
            writer.write(ANSWERS.get(verb, b"250 ok\r\n"))
    writer.close()


def own_sink(port: int) -> None:
    """Takes everything; for machines without Postfix."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(reader, writer, lambda body: body.readuntil(b"\r\n.\r\n"))

    async def main() -> None:
        async with await asyncio.start_server(serve, HOST, port, limit=1 << 20) as server:
            await server.serve_forever()

    asyncio.run(main())


def proxy(port: int, target: int, delay: float) -> None:
    """Bytes arrive `delay` seconds later, each way."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def late() -> None:
            while True:
                due, octets = await line.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not octets:
                    return writer.close()
                writer.write(octets)

        sending = asyncio.create_task(late())
        with contextlib.suppress(ConnectionError):
            while octets := await reader.read(1 << 18):
                line.put_nowait((time.monotonic() + delay, octets))
        line.put_nowait((time.monotonic() + delay, b""))
        await sending

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_connection(HOST, target)
        await asyncio.gather(pump(reader, away), pump(there, writer))

    async def main() -> None:
        async with await asyncio.start_server(serve, HOST, port) as server:
            await server.serve_forever()

    asyncio.run(main())
