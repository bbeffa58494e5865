"""Lines about an article that are no body: 来源, 作者, 责编, 记者, and what stands in brackets behind its text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from notifier.bulletins.lines import close_up
from notifier.bulletins.structure import about, patterns

_WHO = (  # forms that name people
    about.REPORTED,
    about.WRITTEN,
    about.SPOKEN,
    about.NAMED,
    about.OF_BODY,
    about.WITH_BODY,
    about.TRANSLATED,
)
_FORMS = (about.META, about.SIGNED, about.NAMES_ONLY, about.TAKEN, *_WHO)
_OPENING = frozenset("（(【[")


@dataclass(frozen=True, slots=True)
class Signature:
    """Whom a note behind a text names; what it does not name is empty."""

    byline: str = ""
    author: str = ""


def is_meta(text: str) -> bool:
    """A line that states source, author or editor of an article, and nothing else."""
    if len(text) > patterns.META_LENGTH or text.endswith("。"):
        return False
    return _states(text)


@lru_cache(maxsize=1024)  # a line is asked about by each of those that look at it
def _states(text: str) -> bool:
    return any(form.match(text) for form in _FORMS) or (text[:1] in _OPENING and signature(text) != Signature())


def byline(text: str) -> str:
    """The 来源 of a meta line, or of a 来源 in brackets at the end of a paragraph."""
    if signed := about.SIGNED.match(text):
        return close_up(signed["name"])
    if taken := about.TAKEN.match(text):
        return close_up(taken["name"]).strip("《》")
    if of_body := about.OF_BODY.match(text) or about.WITH_BODY.match(text):
        return of_body["name"]
    if about.BODY.match(text):
        return "" if about.PERSON.match(text) else text.strip("（()）")
    if not is_meta(text):
        return signature_behind(text)[1].byline
    found = about.META_SOURCE.search(text)
    if not found:
        return signature(text).byline or _medium(text)
    return about.META_NEXT.sub("", found["name"]).strip().strip("）)】]；;，,。").strip()


def author(text: str) -> str:
    """The 作者 of a meta line."""
    if about.PERSON.match(text):
        return text
    if not is_meta(text):
        return ""
    return _person(about.META_AUTHOR.search(text)) or signature(text).author or _reporter(text)


def editor(text: str) -> str:
    """The 责编 of a meta line."""
    return _person(about.META_EDITOR.search(text)) if is_meta(text) else ""


def _person(found: re.Match[str] | None) -> str:
    name = found["name"].strip() if found else ""
    return name if name.count("（") == name.count("）") else name.strip("（）)】]")


def _medium(text: str) -> str:
    """科技日报 of 科技日报记者 张三."""
    found = about.REPORTED.match(text)
    name = (found["medium"] or "") if found else ""
    return "" if about.OUR_OWN.match(name) else name


def _reporter(text: str) -> str:
    """张三 of 本报记者 张三; 本报评论员 where nobody is named."""
    if about.NAMES_ONLY.match(text):
        return " ".join(text.strip("□").split())
    found = next((found for form in _WHO if (found := form.match(text))), None)
    if not found:
        return ""
    return _persons(found["people"]) or text.strip("□■◇●（(【[ 　)）】]")


def _persons(people: str | None) -> str:
    return " ".join(about.ROLE.sub(" ", people or "").split())


def signature(text: str) -> Signature:
    """Whom a line in brackets names, if that is all it says: （来源：某报）, （省科技厅 王某）."""
    found = about.NOTE.match(text)
    return _signature(found["said"]) if found else Signature()


def signature_behind(text: str) -> tuple[str, Signature]:
    """The text without the note in brackets behind its last sentence, and whom that names."""
    found = about.NOTE_BEHIND.search(text[-80:])
    signed = _signature(found["said"]) if found else Signature()
    if found is None or signed == Signature():
        return text, Signature()
    return text[: len(text) - (len(text[-80:]) - found.start())].rstrip(), signed


def note_behind(text: str) -> str:
    """What the note in brackets behind a text says, or the line that is one, if it may name somebody; "" if not."""
    found = about.NOTE_BEHIND.search(text[-80:]) or about.NOTE.match(text)
    return found["said"] if found and about.ALIKE.match(found["said"]) else ""


def with_source(text: str) -> str:
    """The note behind the text as one that names a source: …。（党风室） as …。（来源：党风室）."""
    said = note_behind(text)
    if not said or is_meta(text) or signature_behind(text)[1] != Signature():
        return text
    at = text.rindex(said)
    return f"{text[:at]}来源：{text[at:]}"


def _signature(said: str) -> Signature:
    for form in about.NOTED:
        if found := form.match(about.ON_DAY.sub("", said.strip())):
            groups = found.groupdict()
            name = close_up(groups.get("name") or "").strip("《》")
            return Signature("" if about.OUR_OWN.match(name) else name, _persons(groups.get("people")))
    return Signature()
