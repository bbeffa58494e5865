"""Links to files, and what these are called. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SUFFIXES = "docx?|wps|wpt|pdf|ofd|ceb|zip|rar|7z|xlsx?|et|pptx?|dps|rtf|csv|txt"
SUFFIX = re.compile(rf"\.(?:{SUFFIXES})$", re.IGNORECASE)
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp)$", re.IGNORECASE)
MAX_NAME = 200  # characters
_DOWNLOADS = re.compile(r"(?:down(?:load)?|attach(?:ment)?|getfile|readfile)[^/]*$", re.IGNORECASE)
_DOCUMENT_TYPE = re.compile(
    r"application/(?:pdf|ofd|msword|rtf|zip|x-zip-compressed|vnd\.rar|x-rar-compressed|x-7z-compressed"
    r"|vnd\.(?:ms-|openxmlformats|oasis|kingsoft)[\w.+-]*|wps-office\.[\w.+-]*)|text/(?:csv|rtf)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file as its page or feed names it; `url` is "" where no way to it is given."""

    name: str
    url: str


def is_file(url: str, name: str = "") -> bool:
    return _is_named(url, name) or bool(_DOWNLOADS.search(urlsplit(url).path))


def _is_named(url: str, name: str) -> bool:
    return ends_in(url, SUFFIX) or bool(SUFFIX.search(name.strip()))


def is_document(url: str, name: str, media_type: str) -> bool:
    """A file to read, by its name or its stated type: no sound, no film."""
    return _is_named(url, name) or bool(_DOCUMENT_TYPE.fullmatch(media_type.partition(";")[0].strip()))


def file_name(url: str) -> str:
    """The name in an address, decoded."""
    return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2][:MAX_NAME]


def ends_in(url: str, suffix: re.Pattern[str]) -> bool:
    return bool(suffix.search(unquote(urlsplit(url).path)))


def called(name: str, url: str) -> str:
    """What people call it, with the suffix that tells how to read it."""
    own = file_name(url)
    found = SUFFIX.search(own) or PICTURE.search(own)
    if not name.strip():
        return own or url[:MAX_NAME]
    known = SUFFIX.search(name) or PICTURE.search(name)
    return f"{name.strip()[:MAX_NAME]}{found[0] if found and not known else ''}"
