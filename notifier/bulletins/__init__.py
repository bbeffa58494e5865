"""Bytes -> Bulletin of articles. Pure: no network, no database, no clock.

`opening` takes mails and archives apart. A format module turns bytes into lines (`text`, `html`, `docx`, `pdf`, `ofd`);
what follows is blind to formats: `layout` undoes what pages did, `structure` finds the parts, `facts` reads dates,
issue numbers and markings. House styles are data: `patterns`.
"""

from notifier.bulletins.attached import Attached, attach, is_issue
from notifier.bulletins.difference import Difference, difference
from notifier.bulletins.formats.media import HTML, OLDER, PDF, media_type_of
from notifier.bulletins.formats.recognised import Piece, text_of
from notifier.bulletins.opening import Opened, open_document, read
from notifier.bulletins.policy.articles import article_facts
from notifier.bulletins.policy.ended import Ended, Standing, find_ended, is_meant, is_taken_back
from notifier.bulletins.structure.house import NO_STYLE, HouseStyle
from notifier.bulletins.structure.identity import identity

__all__ = [
    "HTML",
    "NO_STYLE",
    "OLDER",
    "PDF",
    "Attached",
    "Difference",
    "Ended",
    "HouseStyle",
    "Opened",
    "Piece",
    "Standing",
    "article_facts",
    "attach",
    "difference",
    "find_ended",
    "identity",
    "is_issue",
    "is_meant",
    "is_taken_back",
    "media_type_of",
    "open_document",
    "read",
    "text_of",
]
