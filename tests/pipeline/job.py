"""What a person does, in short: subscribe, put a file into the inbox, let the service work, look at the results."""

import asyncio
import email
import email.policy
import os
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from notifier.accounts.sources import source_id
from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Processed, Service
from notifier.domain import Document
from notifier.pipeline.polling.poll import take_documents
from notifier.storage.ledger import LedgerLine, ledger
from notifier.storage.subscribers import list_subscribers


def subscribe(service: Service, address: str, *rules: str, delivery: str = "", groups: Sequence[str] = ()) -> int:
    """Add a subscriber with these rules; the id."""
    person = new_subscriber(address, rules, topics=service.library.topics, delivery=delivery, groups=groups)
    add_subscribers(service.database, [person], service.defaults, now=service.clock())
    with service.database.read() as session:
        return next(one.id for one in list_subscribers(session) if one.email == person.email)


def put(service: Service, name: str, content: str | bytes, *, folder: str = "inbox") -> Path:
    """Put a finished file where a source looks."""
    path = service.settings.folder / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def work(service: Service) -> Processed:
    """One pass of every stage."""
    asyncio.run(service.poll(everything=True))
    processed = service.process()
    asyncio.run(service.deliver())
    return processed


def take(service: Service, name: str, content: str) -> Processed:
    """Take a text by hand, read it, match it and plan; nothing is sent."""
    now = service.clock()
    document = Document(key=name, name=name, media_type="", content=content.encode())
    take_documents(service.database, source_id(service.database, "", now=now), [document], now=now)
    return service.process()


def note(title: str, *paragraphs: str) -> str:
    """A text without structure: one article."""
    return "\n\n".join([title, *(paragraphs or ("正文说明了有关情况。",))]) + "\n"


def mails(service: Service) -> list[EmailMessage]:
    """What lies in the Maildir, in the order of the recipients."""
    folder = service.settings.resolve(service.settings.mail.path) / "new"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return sorted(found, key=lambda mail: str(mail["To"]))  # type: ignore[return-value]


def lines(service: Service) -> list[LedgerLine]:
    with service.database.read() as session:
        return list(ledger(session))


def titles_sent(service: Service) -> dict[str, list[str]]:
    """Subscriber -> titles that were sent, by the ledger."""
    sent: dict[str, list[str]] = {}
    for line in lines(service):
        if line.state == "sent":
            sent.setdefault(line.subscriber, []).extend(line.articles)
    return sent
