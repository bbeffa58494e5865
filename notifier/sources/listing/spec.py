"""A list page as its operator declares it: each setting with its default and its meaning. Pure.

The same models check the config, the catalogue and what `sources add` is given, so that a wrong selector is refused
where it is written, with its column.
"""

import codecs
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from notifier.sources.listing.selectors import check_css, parse_selector


def _selector(value: str) -> str:
    """A selector; or {key}-{other}, a text put together from the keys of a JSON object."""
    if value and "{" not in value:
        parse_selector(value)
    return value


def _css(value: str) -> str:
    if value:
        check_css(value)
    return value


def _pattern(value: str) -> str:
    """An RE2 pattern: linear in time, whatever it says."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value, options)
    except re2.error as error:
        why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else error
        raise ValueError(f"{value!r} is no RE2 pattern: {why}") from error
    return value


def _encoding(value: str) -> str:
    try:
        codecs.lookup(value or "utf-8")
    except LookupError as error:
        raise ValueError(f"{value!r} is no encoding: write one such as gb18030, or leave it out") from error
    return value


def _several(value: object) -> object:
    return [value] if isinstance(value, Mapping) else value


Sel = Annotated[str, AfterValidator(_selector)]
Css = Annotated[str, AfterValidator(_css)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Unwrap(Part):
    """Where the list hides, when the page does not hold it as such (sources.md, 2 to 4)."""

    kind: Literal["comment", "record", "unitbuild", "iframe", "refresh", "json", "arrays"] = Field(
        description="in a comment, CDATA records, what a unit's script gets, a frame, a refresh, JSON, arrays"
    )
    within: Css = Field("", alias="in", description="comment, iframe: the element that holds it")
    script: Css = Field("script[parseType=buildstatic]", description="unitbuild: the script element")
    url: str = Field("@url", description="unitbuild: attribute with the address; json: the address to get")
    query: Sel = Field("@querydata", description="unitbuild: attribute with the query")
    html: str = Field("data.html", description="unitbuild: path to the markup in the answer")
    path: str = Field("", description="json: path to the markup, or to the array of objects")


class Pages(Part):
    """Where older items are: for catching up after an outage, and for backfill."""

    url: str = Field("", description="pattern of the addresses from the second page on, {page} its number")
    second: int = Field(2, ge=0, description="the number of the second page")
    next: Sel = Field("", description="instead of a pattern: the link to the next page, such as a.next@href")


class Detail(Part):
    """One template of detail pages; the first whose `when` is found counts."""

    when: Css = Field("", description="the page is of this template where this is found; default: its content")
    title: Sel = Field("", description="the title")
    content: Css = Field("", description="the text; where nothing is stated, it is found as in any page")
    drop: tuple[Css, ...] = Field((), description="what is no part of the text")
    attachments: Sel = Field("", description="links to attachments; default: links to files in the text")
    date: Sel = Field("", description="when it was published; default: the page's PubDate")
    source: Sel = Field("", description="the byline; default: the page's ContentSource")


class Listing(Part):
    """The settings of `kind = "listing"`. Without `item` the list is found by its repeated structure."""

    item: Css = Field("", description="listing: each item of the list")
    title: Sel = Field("", description="listing: an item's title; default its link's title or text")
    title_regex: Pattern = Field("", description="listing: what of it counts: the first group, or all that is matched")
    link: Sel = Field("", description="listing: an item's address; default a@href")
    link_regex: Pattern = Field("", description="listing: what of it counts")
    date: Sel = Field("", description="listing: an item's date; default what reads as a date in it, or in its address")
    date_regex: Pattern = Field("", description="listing: what of it counts")
    unwrap: Annotated[tuple[Unwrap, ...], BeforeValidator(_several)] = Field(
        (), description="listing: where the list hides"
    )
    pages: Pages = Field(Pages(), description="listing: older pages; default: next links and known pagers are found")
    detail: Annotated[tuple[Detail, ...], BeforeValidator(_several)] = Field(
        (), description="listing: templates of detail pages, in order; others are read as any page"
    )
    pinned: bool = Field(True, description="listing: old items may stand on top, on every page")
    encoding: Annotated[str, AfterValidator(_encoding)] = Field(
        "", description="listing: of list and details, where they lie about it"
    )

    def options(self) -> dict[str, Any]:
        """What differs from the defaults, as plain JSON: what a source keeps of these settings."""
        wanted = set(Listing.model_fields)
        dumped = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=wanted)
        return {key: value for key, value in dumped.items() if value} | ({"pinned": False} if not self.pinned else {})


def read_listing(options: Mapping[str, Any]) -> Listing:
    """The inverse of `options`; other keys are another kind's. pydantic.ValidationError where one is wrong."""
    return Listing.model_validate({key: value for key, value in options.items() if key in Listing.model_fields})
