"""A test of a channel: something harmless goes there now. It is in no ledger, since no alert is due by it."""

import datetime as dt
import uuid
from collections.abc import Callable

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import known
from notifier.domain import Carrier, Channel, Consignment, MessageKind, Receipt, Recipient
from notifier.errors import InputError
from notifier.pipeline.planning.plan import Mail
from notifier.rendering import ChannelLetters, pack
from notifier.storage.channels import get_channel
from notifier.storage.database import Database
from notifier.storage.events import record_event
from notifier.storage.subscribers import subscriber_row

_SAID = {
    "zh-CN": ("【测试】{}", "这是一条测试消息。收到它，说明这个渠道可用。"),
    "en": ("[Test] {}", "This is a test. That it came shows that the channel works."),
}


async def try_channel(
    database: Database,
    carrier_of: Callable[[str], Carrier],
    mail: Mail,
    email: str,
    name: str,
    *,
    now: dt.datetime,
) -> Receipt:
    """Send a test there, whether the channel is active or not, and note that in its owner's events.

    InputError where there is no such channel; DeliveryError where it did not take it.
    """
    with database.read() as session:
        owner = known(subscriber_row(session, parse_address(email)), email)
        channel = get_channel(session, owner.id or 0, name)
    if channel is None:
        raise InputError(f"{email} 没有渠道 {name}，可用 channel list 查看", f"{email} has no channel {name}")
    feed = mail.links.feed(channel.subscriber_id, owner.token_version)
    receipt = await carrier_of(name).carry(_consignment(channel, mail, feed, owner.language, now=now))
    with database.write() as session:
        data = {"channel": name, "reply": receipt.reply}
        record_event(session, "channel.tested", "subscriber", channel.subscriber_id, now=now, data=data)
    return receipt


def _consignment(channel: Channel, mail: Mail, feed: str, language: str, *, now: dt.datetime) -> Consignment:
    subject, line = _SAID.get(language, _SAID["en"])
    letter = ChannelLetters(channel.name).notice(subject.format(mail.service), [line])
    message_id = f"{uuid.uuid4().hex}@{mail.domain}"
    content = pack(channel.name, MessageKind.NOTICE, letter, Recipient("", message_id, now, "", feed))
    return Consignment(message_id, channel.address, channel.secret, content)
