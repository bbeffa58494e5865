"""Settings -> parts, one by one: each as the settings have it."""

from email.utils import parseaddr
from pathlib import Path
from typing import Any

from notifier.accounts.addresses import parse_address
from notifier.bulletins import HouseStyle
from notifier.config import RelaySettings, Settings, SourceSettings
from notifier.delivery import make_transport
from notifier.delivery.hosts import MailHosts
from notifier.delivery.providers import provider_of
from notifier.delivery.records import mx_hosts
from notifier.delivery.verp import Verp
from notifier.domain import Source, Transport
from notifier.errors import ConfigError, InputError
from notifier.pipeline.matching.library import TopicLibrary
from notifier.pipeline.reading.convert import find_converter
from notifier.pipeline.reading.ocr import find_ocr
from notifier.pipeline.reading.reader import Reader
from notifier.rendering import Renderer
from notifier.rendering.dkim import Signer
from notifier.resources import resource
from notifier.sources import Fetcher, Manners
from notifier.sources.mailbox.imap import Mailbox
from notifier.sources.mailbox.poller import open_source

_OPTIONS = ("category", "flag", "ignore_robots", "move_to")  # of a source, as they are written


def open_library(settings: Settings) -> TopicLibrary:
    """The topics that ship and the operator's own. TopicError with file and line where one is wrong."""
    own = [settings.resolve(settings.topics.folder)] if settings.topics.folder else []
    library = TopicLibrary([resource("rules"), *own])
    library.load()
    return library


def open_renderer(settings: Settings) -> Renderer:
    own = settings.resolve(settings.templates.folder) if settings.templates.folder else None
    home = settings.web.base_url.rstrip("/") + "/"
    return Renderer(resource("templates"), override=own, digest_limit=settings.service.digest_limit, home=home)


def open_reader(settings: Settings) -> Reader:
    """The reader, with the forms of the operator's own house."""
    reading = settings.reading
    return Reader(find_converter(), ocr=find_ocr(**reading.ocr_bounds()), style=HouseStyle(**reading.forms()))


def open_signer(settings: Settings) -> Signer | None:
    """None: the relay signs."""
    mail = settings.mail
    if mail.dkim_key_file is None:
        return None
    return Signer(mail.dkim_domain or sender_domain(settings), mail.dkim_selector, settings.resolve(mail.dkim_key_file))


def open_mailbox(settings: Settings) -> Mailbox:
    """Where what comes back arrives. ConfigError where none is set."""
    bounces = settings.bounces
    if not bounces.mailbox:
        raise ConfigError("没有设置 bounces.mailbox", "set bounces.mailbox, or use notifier bounces pipe")
    return Mailbox(
        bounces.mailbox,
        password_file=settings.resolve(bounces.password_file) if bounces.password_file else None,
        ca_file=settings.resolve(bounces.ca_file) if bounces.ca_file else None,
    )


def open_verp(settings: Settings, secret: bytes) -> Verp | None:
    bounces = settings.bounces
    return Verp(secret, bounces.address, bounces.separator) if bounces.address else None


def provider_secrets(settings: Settings) -> dict[str, str]:
    """The keys that providers' reports are signed with, by provider. ConfigError where one cannot be read."""
    return {
        provider_of(one.name).name: _secret(settings.resolve(one.secret_file)) for one in settings.bounces.providers
    }


def _secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"读不到密钥文件 {path}：{error}", f"cannot read the secret in {path}: {error}") from error
    if not secret:
        raise ConfigError(f"密钥文件 {path} 是空的", f"the secret in {path} is empty")
    return secret


def open_transport(settings: Settings) -> Transport:
    """The transport that the settings name."""
    mail = settings.mail
    if mail.transport == "maildir":
        return make_transport("maildir", {"path": settings.resolve(mail.path)})
    options = {
        "relays": [_relay(settings, relay) for relay in (mail, *mail.relays)],
        "hosts": MailHosts(mx_hosts),
        "pacing": [group.model_dump() for group in mail.pacing],
        "postfix_log": settings.resolve(mail.postfix_log) if mail.postfix_log else None,
    }
    return make_transport("relays", options)


def _relay(settings: Settings, relay: RelaySettings) -> dict[str, object]:
    return {
        "host": relay.host,
        "port": relay.port,
        "tls": relay.tls,
        "username": relay.username,
        "password_file": settings.resolve(relay.password_file) if relay.password_file else None,
        "ca_file": settings.resolve(relay.ca_file) if relay.ca_file else None,
        "connections": relay.connections,
        "timeout": relay.timeout.total_seconds(),
        "rate": relay.rate,
    }


def open_fetcher(settings: Settings, contact: str) -> Fetcher:
    """The client that polls, with its manners; within the event loop that will use it."""
    fetch = settings.fetch
    manners = Manners(
        at_once=fetch.at_once,
        pause=fetch.pause.total_seconds(),
        together={name.lower(): pause.total_seconds() for name, pause in fetch.together.items()},
        own=fetch.allow_private,
        robots=fetch.robots,
    )
    return Fetcher(
        allow_private=fetch.allow_private,
        contact=contact,
        timeout=fetch.timeout.total_seconds(),
        max_bytes=fetch.max_size * 1024 * 1024,
        manners=manners,
    )


def operator_address(settings: Settings) -> str:
    try:
        return parse_address(settings.service.operator)
    except InputError as error:
        raise ConfigError(f"service.operator 有误：{error.zh}", "service.operator must be a mail address") from error


def sender_domain(settings: Settings) -> str:
    local, _, domain = parseaddr(settings.mail.sender)[1].rpartition("@")
    if not local or not domain:
        raise ConfigError("mail.sender 要写成 名称 <a@example.org>", "mail.sender must be like Name <a@example.org>")
    return domain


def configured_source(settings: Settings, source: SourceSettings) -> Source:
    """A source of the config, its path made absolute. ConfigError where its address is none of its kind."""
    folder = source.kind == "folder"
    made = Source(
        name=source.name,
        kind=source.kind,
        address=str(settings.resolve(source.path)) if folder else source.url,
        every=source.every,
        first=source.first or ("all" if folder else "new"),
        audience=tuple(source.audience),
        timezone=source.timezone or settings.service.timezone,
        display=source.display,
        options=_source_options(settings, source),
    )
    if source.kind == "mailbox":
        open_source(made)
    return made


def _source_options(settings: Settings, source: SourceSettings) -> dict[str, Any]:
    """What is set of what only some sources have."""
    files = {"password_file": source.password_file, "ca_file": source.ca_file}
    options = {name: str(settings.resolve(file)) for name, file in files.items() if file is not None}
    listing = source.options() if source.kind == "listing" else {}
    return listing | options | {name: value for name in _OPTIONS if (value := getattr(source, name))}
