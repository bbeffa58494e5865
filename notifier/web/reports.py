"""Where mail providers report what became of our mails."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from notifier.delivery.providers import Posted
from notifier.errors import ForgeryError, InputError
from notifier.pipeline.reported import ProviderReports

LARGEST = 1024 * 1024  # bytes of a post


def add_reports(app: FastAPI, reports: ProviderReports, not_found: Callable[[], Response]) -> None:
    """POST /reports/NAME. Answered with 200, or the provider comes again: Mailgun takes no other 2xx for success."""

    @app.get("/reports/{name}")
    def there(name: str) -> Response:
        """Some providers look whether there is anything, before they let one save the address."""
        return PlainTextResponse("ok") if name in reports.names else not_found()

    @app.post("/reports/{name}")
    async def take(request: Request, name: str) -> Response:
        if name not in reports.names:
            return not_found()
        content = await _body(request)
        if content is None:
            return PlainTextResponse("too large", status_code=413)
        try:
            await run_in_threadpool(reports.take, name, Posted(dict(request.headers), content))
        except ForgeryError as error:
            return PlainTextResponse(error.en, status_code=401)
        except InputError as error:
            return PlainTextResponse(error.en, status_code=400)
        return PlainTextResponse("ok")


async def _body(request: Request) -> bytes | None:
    """None where it is larger than anybody has to be."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST:
            return None
    return bytes(content)
