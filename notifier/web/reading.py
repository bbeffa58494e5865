"""A bulletin or an article to read: everybody reads what is public, its subscribers what their groups may see."""

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from notifier.accounts.my_alerts import note_alert
from notifier.accounts.reading import Issue, read_article, read_issue
from notifier.rendering.labels import say_date
from notifier.rendering.reading import reading_view
from notifier.storage.alert_list import Mark
from notifier.web.site import Guest, Id, SignInFirst, Site, SiteOf

router = APIRouter()


@router.get("/articles/{article_id}")
def article(site: SiteOf, visitor: Guest, article_id: Id) -> Response:
    """What is not there and what may not be seen look the same; who has not signed in may come back after it."""
    found = read_article(site.database, article_id, visitor.subscriber)
    if found is None:
        raise HTTPException(404) if visitor.subscriber else SignInFirst
    if visitor.subscriber and found.alert and Mark.READ not in found.alert.marks:
        note_alert(site.database, visitor.subscriber, found.alert.id, Mark.READ, on=True, now=site.clock())
    return site.page(
        visitor,
        "article",
        reading=reading_view(found.entry, visitor.language),
        issue=found.issue,
        number=found.id,
        alert=found.alert,
        address=_address(site, f"articles/{found.id}", found.issue),
    )


@router.get("/bulletins/{bulletin_id}")
def bulletin(site: SiteOf, visitor: Guest, bulletin_id: Id) -> Response:
    issue = read_issue(site.database, bulletin_id, visitor.subscriber)
    if issue is None:
        raise HTTPException(404) if visitor.subscriber else SignInFirst
    if len(issue.contents) == 1:  # nothing to choose from
        return site.go(visitor, f"/articles/{issue.contents[0].id}")
    date = say_date(issue.date, visitor.language)
    return site.page(
        visitor, "bulletin", issue=issue, date=date, address=_address(site, f"bulletins/{issue.id}", issue)
    )


def _address(site: Site, path: str, issue: Issue) -> str:
    """To be passed on; "" where the source does not want that."""
    return f"{site.home}{path}" if issue.shareable else ""
