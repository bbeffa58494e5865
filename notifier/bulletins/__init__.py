"""Bytes -> Bulletin of articles. Pure: no network, no database, no clock.

A format module turns bytes into lines (`text`, `html`); what follows is blind to formats: `layout` undoes what pages
did, `structure` finds the parts, `facts` reads dates, issue numbers and markings. House styles are data: `patterns`.
"""

from notifier.bulletins.identity import identity
from notifier.bulletins.media import media_type_of
from notifier.bulletins.reading import read

__all__ = ["identity", "media_type_of", "read"]
