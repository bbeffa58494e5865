"""subscribers channel …: where else than by mail a subscriber's alerts go."""

import asyncio
from pathlib import Path

from notifier.accounts import channels as accounts
from notifier.accounts.channel_trial import try_channel
from notifier.bootstrap import Service
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.screen import shown
from notifier.domain import Receipt


def add(config: Path | None, email: str, address: str, *, kind: str) -> None:
    with opened(config) as service:
        added = accounts.add_channel(service.database, email, address, kind=kind, now=service.clock())
    print(f"{email} 的渠道 {added.name} 已添加，从下一条提醒起生效")
    if added.secret:
        print(f"签名密钥（只显示这一次）/ the secret, shown this once: {added.secret}")


def show(config: Path | None, email: str, *, as_json: bool) -> None:
    with opened(config) as service:
        found = accounts.list_channels(service.database, email)
    rows = [(one.name, accounts.masked(one), "active" if one.active else "disabled", one.reason) for one in found]
    if as_json:
        keys = ("name", "address", "state", "reason")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        print_table(("渠道 channel", "地址 address", "状态 state", "问题 trouble"), rows)


def remove(config: Path | None, email: str, name: str) -> None:
    with opened(config) as service:
        accounts.drop_channel(service.database, email, name, now=service.clock())
    print(f"{email} 的渠道 {name} 已移除")


def enable(config: Path | None, email: str, name: str) -> None:
    with opened(config) as service:
        accounts.enable_channel(service.database, email, name, now=service.clock())
    print(f"{email} 的渠道 {name} 已启用，从下一条提醒起生效")


def test(config: Path | None, email: str, name: str) -> None:
    with opened(config) as service:
        receipt = asyncio.run(_tried(service, email, name))
    print(shown(f"已向 {email} 的渠道 {name} 发出测试消息（{receipt.reply}，{receipt.where}）"))


async def _tried(service: Service, email: str, name: str) -> Receipt:
    async with service.carriers() as carrier_of:
        return await try_channel(service.database, carrier_of, service.mail, email, name, now=service.clock())
