"""The same notice on several sites is alerted once: what is found before an article's alerts are planned."""

import datetime as dt
from dataclasses import dataclass

from notifier.matching import bands, same_notice
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.database import Database
from notifier.storage.duplicates import candidates

WINDOW = dt.timedelta(days=30)  # the same words a month later are news again


@dataclass(frozen=True, slots=True)
class Sketched:
    """An article's sketch, and the article of another bulletin that it repeats, if there is one."""

    bands: tuple[int, ...]
    same_as: int | None


def sketch(database: Database, stored: StoredArticle, *, now: dt.datetime) -> Sketched:
    """Look for the same notice among what came in the last WINDOW."""
    own = bands(stored.article)
    if not own:
        return Sketched((), None)
    with database.read() as session:
        near = candidates(session, own, article_id=stored.id, since=now - WINDOW)
        others = get_articles(session, near)
    same = (other.id for other in others if not other.held and same_notice(other.article, stored.article))
    return Sketched(own, next(same, None))
