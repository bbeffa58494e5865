"""A source that has moved for good: its operator is told once."""

import datetime as dt
from collections.abc import Callable

from sqlmodel import Session

from notifier.pipeline.telling.operator import Desk

_WORDS = {
    "zh-CN": (
        "来源“{source}”已迁至新地址",
        "该网站多次声明旧地址永久迁移，今后按新地址抓取。请核对并修改配置；新地址连续失败时会回到旧地址。",
    ),
    "en": (
        "source {source} has moved",
        "Its site has said several times that this is for good; it is polled there from now on. Change your settings; "
        "should the new address keep failing, the old one is used again.",
    ),
}


def moves_told_to(desk: Desk, clock: Callable[[], dt.datetime]) -> Callable[[Session, str, str], None]:
    """Tells (session, source, new address) to the operator, in the caller's transaction."""

    def told(session: Session, source: str, address: str) -> None:
        subject, line = _WORDS[desk.language]
        desk.tell(session, subject.format(source=source), [address, line], now=clock())

    return told
