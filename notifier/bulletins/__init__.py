"""Bytes -> Bulletin of articles. Pure: no network, no database, no clock.

`opening` takes mails and archives apart. A format module turns bytes into lines (`text`, `html`, `docx`, `pdf`, `ofd`);
what follows is blind to formats: `layout` undoes what pages did, `structure` finds the parts, `facts` reads dates,
issue numbers and markings. House styles are data: `patterns`.
"""

from notifier.bulletins.house import NO_STYLE, HouseStyle
from notifier.bulletins.identity import identity
from notifier.bulletins.media import OLDER, media_type_of
from notifier.bulletins.opening import Opened, open_document, read
from notifier.bulletins.policy import article_facts

__all__ = [
    "NO_STYLE",
    "OLDER",
    "HouseStyle",
    "Opened",
    "article_facts",
    "identity",
    "media_type_of",
    "open_document",
    "read",
]
