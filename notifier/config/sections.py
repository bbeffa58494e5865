"""The sections of the config file: name, default and meaning of each setting in one place."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from notifier.config.values import Duration, Part, Quiet, Signup, Zone


class ServiceSettings(Part):
    name: str = Field("要参速递", description="the service's name, in mails and feeds")
    timezone: Zone = Field("Asia/Shanghai", description="local time of subscribers and sources that state none")
    language: Literal["zh-CN", "en"] = Field("zh-CN", description="language of mails and pages")
    operator: str = Field("operator@example.org", description="who runs the service: contact in the User-Agent")
    secret_file: Path = Field(Path("secret"), description="signs links; made at first start, mode 0600")
    digest_hour: int = Field(8, ge=0, le=23, description="local hour at which digests go out")
    digest_weekday: int = Field(0, ge=0, le=6, description="weekly digests: 0 is Monday")
    digest_monthday: int = Field(1, ge=1, le=31, description="monthly digests: the day, or the last of a shorter month")
    digest_limit: int = Field(50, ge=1, le=500, description="articles of a digest; of the rest only titles and a link")
    quiet: Quiet = Field("", description="quiet hours of new subscribers, such as 22:00-07:00; empty for none")
    working_days: bool = Field(False, description="new subscribers: nothing on days off but what is urgent")
    remind_days: int = Field(3, ge=0, le=60, description="days before a deadline at which to remind; 0 for never")


class DatabaseSettings(Part):
    url: str = Field("sqlite:///notifier.db", description="or postgresql+psycopg://user:password@host/name")


class RelaySettings(Part):
    """Where mail is handed over, and how."""

    host: str = Field("localhost", description="smtp: the relay")
    port: int = Field(25, ge=1, le=65535, description="smtp: its port")
    tls: Literal["none", "starttls", "tls"] = Field("none", description="smtp: encryption; never falls back")
    username: str = Field("", description="smtp: login name, empty for none")
    password_file: Path | None = Field(None, description="smtp: a file that holds the password")
    ca_file: Path | None = Field(None, description="smtp: certificates to trust instead of the system's")
    connections: int = Field(4, ge=1, le=100, description="smtp: connections kept open")
    timeout: Duration = Field(dt.timedelta(seconds=30), description="smtp: longest wait for an answer")
    rate: float = Field(0.0, ge=0.0, description="smtp: messages a second at most, 0 for no limit")


class PacingSettings(Part):
    """Recipients' domains that share one pace."""

    domains: tuple[str, ...] = Field(min_length=1, description="what stands behind the @ of recipients")
    hosts: tuple[str, ...] = Field((), description="and all domains whose mail goes to these (MX), such as mx*.qq.com")
    rate: float = Field(gt=0.0, description="messages a second, reached from one a second as mail is taken")
    burst: int = Field(1, ge=1, description="messages that go at once after a quiet time")


# Hosts that turn away who sends much at once. Their limits are not published; these are careful.
_TENCENT = PacingSettings(
    domains=("qq.com", "vip.qq.com", "foxmail.com", "exmail.qq.com"), hosts=("mxbiz*.qq.com",), rate=10.0, burst=50
)
_NETEASE = PacingSettings(
    domains=("163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com"),
    hosts=("*.mxmail.netease.com",),
    rate=10.0,
    burst=50,
)


class MailSettings(RelaySettings):
    transport: Literal["maildir", "smtp"] = Field("maildir", description="maildir needs no service; smtp sends")
    path: Path = Field(Path("mail"), description="maildir: the folder")
    sender: str = Field("要参速递 <alerts@example.org>", description="From: of every mail")
    in_doubt_after: Duration = Field(
        dt.timedelta(minutes=10), description="after a crash: wait, look for evidence, then send the same bytes again"
    )
    postfix_log: Path | None = Field(None, description="smtp: the log of a Postfix on this machine: the evidence")
    relays: tuple[RelaySettings, ...] = Field((), description="smtp: others, in order, where the one above fails")
    pacing: tuple[PacingSettings, ...] = Field(
        (_TENCENT, _NETEASE), description="smtp: domains that are sent to slowly"
    )
    dkim_key_file: Path | None = Field(None, description="an RSA key (PEM) to sign with; none: the relay signs")
    dkim_selector: str = Field("notifier", pattern=r"^[A-Za-z0-9.-]+$", description="the key's name in the DNS")
    dkim_domain: str = Field("", description="the signing domain; default that of the sender")


class ProviderSettings(Part):
    """A mail provider that reports by HTTP what became of our mails, at BASE_URL/reports/NAME."""

    name: str = Field(description="standard, mailgun or sendcloud")
    secret_file: Path = Field(description="a file that holds the key that its reports are signed with")


class BouncesSettings(Part):
    address: str = Field(
        "",
        pattern=r"^$|^[a-z0-9.-]{1,10}@[a-z0-9.-]+$",
        description="return address of mails; mail to name+… must reach it",
    )
    separator: Literal["+", "-", "="] = Field(
        "+", description="what the mail server puts between a name and its extension"
    )
    mailbox: str = Field("", description="where they arrive: imaps://user@host/INBOX; or use `notifier bounces pipe`")
    password_file: Path | None = Field(None, description="a file that holds the mailbox's password")
    ca_file: Path | None = Field(None, description="certificates to trust instead of the system's")
    every: Duration = Field(dt.timedelta(minutes=5), description="how often the mailbox is read")
    receipts: bool = Field(False, description="ask relays for word of arrival too (DSN): evidence of what was sent")
    providers: tuple[ProviderSettings, ...] = Field((), description="mail providers that report by HTTP")

    @model_validator(mode="after")
    def _receipts_come_back(self) -> "BouncesSettings":
        if self.receipts and not self.address:
            raise ValueError("receipts come back to bounces.address: set it too")
        return self


class WebSettings(Part):
    listen: str = Field("127.0.0.1:8000", pattern=r"^.+:\d+$", description="address and port of the web part")
    base_url: str = Field("http://127.0.0.1:8000", pattern=r"^https?://[^\s]+$", description="its address from outside")
    signup: Signup = Field("closed", description="who may subscribe by themselves: closed, open, domains, invitation")
    signup_domains: tuple[str, ...] = Field((), description="signup = domains: these, and what is below them")
    websub: bool = Field(True, description="let hubs tell of a feed's news, where base_url is public")


class FetchSettings(Part):
    allow_private: list[str] = Field([], description="networks that may be fetched although private")
    timeout: Duration = Field(dt.timedelta(seconds=20), description="longest time for one answer")
    max_size: int = Field(20, ge=1, le=500, description="MB of one answer at most, as it comes and unpacked")
    at_once: int = Field(100, ge=1, le=1000, description="requests under way in all; to one host it is one")
    pause: Duration = Field(dt.timedelta(seconds=1), description="between two requests to one host")
    together: dict[str, Duration] = Field({}, description="domains whose hosts take turns as one, and their pause")
    robots: bool = Field(True, description="ask robots.txt; ignore_robots of a source is the exception")
    slowest: Duration = Field(dt.timedelta(hours=1), description="how rarely one that seldom changes may be polled")


class TopicsSettings(Part):
    folder: Path | None = Field(None, description="your own topics, *.toml, beside those that ship")


class CatalogueSettings(Part):
    folder: Path | None = Field(None, description="your own ready sources, *.toml, beside those that ship")


class TemplatesSettings(Part):
    folder: Path | None = Field(None, description="your own templates, used before those that ship")


def _forms(value: object) -> object:
    """RE2 patterns of a whole line, the name or number as their first group."""
    import re2  # linear in time whatever the pattern; loaded by those who have patterns of their own

    options = re2.Options()
    options.log_errors = False
    for form in value if isinstance(value, list) else []:
        try:
            groups = re2.compile(str(form), options).groups
        except re2.error as error:
            why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else error
            raise ValueError(f"{form!r} is no RE2 pattern: {why}") from error
        if groups < 1:
            raise ValueError(f"{form!r} needs a group in round brackets around the name or number")
    return value


Forms = Annotated[tuple[str, ...], BeforeValidator(_forms)]


class ReadingSettings(Part):
    contents: tuple[str, ...] = Field((), description="lines that head a contents list, beside 目录, 本期要点 …")
    sections: Forms = Field((), description="patterns of lines that name a section; the first group is the name")
    issues: Forms = Field((), description="patterns of lines that state the issue; the first group is the number")
    to: tuple[str, ...] = Field((), description="labels of recipients, beside 主送, 报 …")
    cc: tuple[str, ...] = Field((), description="labels of copies, beside 抄送, 送, 发 …")
    ocr: bool = Field(True, description="read scans, where notifier[ocr] is installed")
    ocr_timeout: Duration = Field(dt.timedelta(seconds=60), description="ocr: longest time for one page")
    ocr_memory: int = Field(1536, ge=1200, description="ocr: MB of memory at most")
    ocr_pages: int = Field(50, ge=1, description="ocr: pages of one document at most")

    def forms(self) -> dict[str, Any]:
        """The forms of the operator's own house."""
        return self.model_dump(include={"contents", "sections", "issues", "to", "cc"})

    def ocr_bounds(self) -> dict[str, Any]:
        """Whether scans are read, and what that may take."""
        bounds = {"memory_bytes": self.ocr_memory * 1024 * 1024, "pages": self.ocr_pages, "wanted": self.ocr}
        return bounds | {"seconds": self.ocr_timeout.total_seconds()}


class LogSettings(Part):
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="of `notifier run`")
    format: Literal["console", "json"] = Field("console", description="json: one object a line")
