"""The first page."""

from fastapi import APIRouter
from starlette.responses import Response

from notifier.accounts.latest import latest_issues
from notifier.web.site import Guest, SiteOf

router = APIRouter()


@router.get("/")
def home(site: SiteOf, visitor: Guest) -> Response:
    return site.page(visitor, "home", signup=site.signups is not None, issues=latest_issues(site.database))
