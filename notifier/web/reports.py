"""Where mail providers report what became of our mails."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from notifier.delivery.providers import Posted
from notifier.errors import ForgeryError, InputError
from notifier.pipeline.returns.reported import ProviderReports
from notifier.web.guard import LARGER
from notifier.web.site import Site, SiteOf

router = APIRouter()
LARGEST = LARGER["/reports"]  # bytes of a post


@router.get("/reports/{name}")
def there(site: SiteOf, name: str) -> Response:
    """Some providers look whether there is anything, before they let one save the address."""
    _known(site, name)
    return PlainTextResponse("ok")


@router.post("/reports/{name}")
async def take(request: Request, site: SiteOf, name: str) -> Response:
    """Answered with 200, or the provider comes again: Mailgun takes no other 2xx for success."""
    reports = _known(site, name)
    content = await request.body()  # the guard bounds it
    try:
        await run_in_threadpool(reports.take, name, Posted(dict(request.headers), content))
    except ForgeryError as error:
        return PlainTextResponse(error.en, status_code=401)
    except InputError as error:
        return PlainTextResponse(error.en, status_code=400)
    return PlainTextResponse("ok")


def _known(site: Site, name: str) -> ProviderReports:
    """404 where no provider of that name reports here."""
    if site.reports is None or name not in site.reports.names:
        raise HTTPException(404)
    return site.reports
