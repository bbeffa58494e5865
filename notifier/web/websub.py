"""Where hubs answer and tell of news (WebSub, 5.3 and 7)."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from notifier.pipeline.polling.hubs import CALLBACK, confirm, is_known, take_push
from notifier.web.site import SiteOf

router = APIRouter()
_ANSWER = ("mode", "topic", "challenge", "lease_seconds", "reason")


@router.get(CALLBACK + "{token}")
def answer(request: Request, site: SiteOf, token: str) -> Response:
    said = {name: request.query_params.get(f"hub.{name}", "") for name in _ANSWER}
    seconds = int(said["lease_seconds"][:9]) if said["lease_seconds"].isdecimal() else 0
    agreed = confirm(
        site.database, token, said["mode"], said["topic"], seconds=seconds, reason=said["reason"], now=site.clock()
    )
    return Response(said["challenge"] if agreed else "", 200 if agreed else 404, media_type="text/plain")


@router.post(CALLBACK + "{token}")
async def push(request: Request, site: SiteOf, token: str) -> Response:
    """What is not signed rightly is answered all the same, and ignored: nobody learns our secret by trying."""
    if not await run_in_threadpool(is_known, site.database, token):
        return Response(status_code=410)
    content = await request.body()  # the guard bounds it
    signature = request.headers.get("x-hub-signature", "")
    await run_in_threadpool(lambda: take_push(site.database, token, content, signature, now=site.clock()))
    return Response(status_code=202)
