"""The topics that ship, and which of them are followed already: one click follows another."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from notifier.accounts.interests import follow_topic, own_rules
from notifier.matching import Topic
from notifier.matching.language.terms import topic_key
from notifier.rendering.labels import is_english
from notifier.web.site import CHECKED, Guest, Me, SiteOf

router = APIRouter()


@router.get("/rules/topics")
def show(site: SiteOf, visitor: Guest, me: Me) -> Response:
    followed = {topic_key(rule.text) for rule in own_rules(site.database, me)}
    topics = sorted(site.previewer.topics.values(), key=lambda one: one.name)
    listed = [(one, _said(one, visitor.language), topic_key(f"#{one.name}") in followed) for one in topics]
    return site.page(visitor, "rules/topics", topics=listed)


def _said(topic: Topic, language: str) -> str:
    return (topic.en if is_english(language) else topic.zh) or topic.zh or topic.en


@router.post("/rules/topics", dependencies=CHECKED)
def follow(site: SiteOf, visitor: Guest, me: Me, name: Annotated[str, Form(max_length=200)]) -> Response:
    """A rule of the topic alone; once, however often it is asked for."""
    topic = site.previewer.topics.find(name)
    if topic is None:
        raise HTTPException(404)
    return site.go(visitor, f"/rules?saved={follow_topic(site.database, me, topic.name, now=site.clock())}")
