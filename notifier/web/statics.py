"""Stylesheets and scripts: under names with their hash, kept by browsers for ever. And the health check."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from notifier.web.site import SiteOf, takes_gzip, unchanged

router = APIRouter()
_FOREVER = "public, max-age=31536000, immutable"


@router.api_route("/static/{name}", methods=["GET", "HEAD"])
def static(request: Request, site: SiteOf, name: str) -> Response:
    file = site.renderer.static(name)
    if file is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": _FOREVER,
        "ETag": f'"{name}"',
        "Vary": "Accept-Encoding",
        "Content-Type": file.media_type,
    }
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request):
        return Response(file.zipped, headers=headers | {"Content-Encoding": "gzip"})
    return Response(file.content, headers=headers)


@router.get("/healthz")
def health(site: SiteOf) -> JSONResponse:
    site.database.ask()
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
