"""Documents, bulletins and topics as they come again and change."""

import datetime as dt

import pytest
from sqlmodel import Session

from conftest import NOON
from notifier.bootstrap import Service
from notifier.domain import Article, Bulletin, Document, Fact, Paragraph, Section
from notifier.storage.bulletins import find_articles, get_articles, unmatched_articles
from notifier.storage.documents import add_documents, find_documents, get_document, stamp_document, waiting_documents
from notifier.storage.editions import Arrival, Outcome, store_bulletin
from notifier.storage.revisions import current_revision
from notifier.storage.sources import list_sources
from notifier.storage.topics import sync_topics, topics_at


def _document(key: str = "a.txt", content: bytes = b"one", title: str = "") -> Document:
    return Document(key=key, name=key, media_type="text/plain", content=content, title=title)


def _bulletin(*articles: tuple[str, str], marking: str = "") -> Bulletin:
    found = tuple(Article(title, (Paragraph(body),)) for title, body in articles)
    return Bulletin(title="动态", issue="7", sections=(Section("", found),), marking=marking)


@pytest.fixture
def source(service: Service) -> int:
    with service.database.read() as session:
        return list_sources(session)[0].id


def _add(service: Service, source: int, *documents: Document) -> list[int]:
    with service.database.write() as session:
        return add_documents(session, source, documents, state="new", now=NOON)


def _store(
    service: Service, source: int, bulletin: Bulletin, *, identity: str = "x", earlier: int | None = None
) -> Outcome:
    with service.database.write() as session:
        arrival = Arrival(source, "a.txt", NOON, earlier=earlier, revises=frozenset({earlier} - {None}))
        return store_bulletin(session, bulletin, arrival, identity=identity)


def _match_all(session: Session) -> None:
    from notifier.storage.bulletins import stamp_matched

    for article_id in unmatched_articles(session):
        assert stamp_matched(session, article_id, revision=1, now=NOON)


def _titles(service: Service, *, unmatched: bool = False) -> list[str]:
    with service.database.read() as session:
        ids = unmatched_articles(session) if unmatched else range(1, 50)
        return [stored.article.title for stored in get_articles(session, list(ids))]


def test_a_document_is_new_by_key_and_content_and_title(service: Service, source: int) -> None:
    assert len(_add(service, source, _document(), _document(), _document(content=b"two"), _document("b.txt"))) == 3
    assert len(_add(service, source, _document(), _document(title="t"), _document("b.txt"))) == 1
    with service.database.read() as session:
        other = list_sources(session)[1].id
    assert len(_add(service, other, _document())) == 1


def test_a_document_that_was_read_is_not_handed_out_again_and_its_next_version_knows_its_bulletin(
    service: Service, source: int
) -> None:
    (first,) = _add(service, source, _document())
    outcome = _store(service, source, _bulletin(("甲", "一")))
    with service.database.write() as session:
        stamp_document(session, first, "read", bulletin_id=outcome.bulletin_id)
    (second,) = _add(service, source, _document(content=b"two"))
    with service.database.read() as session:
        assert waiting_documents(session) == [second]
        assert get_document(session, first) is None
        stored = get_document(session, second)
    assert stored is not None
    assert stored.earlier == outcome.bulletin_id


def test_wildcards_in_a_name_are_only_characters(service: Service, source: int) -> None:
    _add(service, source, _document("100%_完成.txt"), _document("100x完成.txt"))
    with service.database.read() as session:
        assert [row.key for row in find_documents(session, "%_")] == ["100%_完成.txt"]
        assert find_documents(session, "50%") == []


def test_the_same_bulletin_again_changes_nothing(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("甲", "一"), ("乙", "二")))
    again = _store(service, source, _bulletin(("甲", "别的"), ("乙", "二")))
    assert (first.is_new, first.changed) == (True, True)
    assert again == Outcome(first.bulletin_id, is_new=False, changed=False)
    assert _titles(service) == ["甲", "乙"]


def test_a_revision_adds_what_is_new_replaces_what_changed_and_leaves_the_rest(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("甲", "一"), ("乙", "二")))
    with service.database.write() as session:
        _match_all(session)
    revised = _bulletin(("甲", "一"), ("乙", "二改"), ("丙", "三"))
    assert _store(service, source, revised, earlier=first.bulletin_id).changed
    assert _titles(service) == ["甲", "乙", "丙"]
    assert _titles(service, unmatched=True) == ["乙", "丙"]
    assert not _store(service, source, revised, earlier=first.bulletin_id).changed


def test_two_articles_of_one_title_are_two_also_when_they_are_revised(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("简讯", "一"), ("简讯", "二")))
    with service.database.write() as session:
        _match_all(session)
    assert not _store(service, source, _bulletin(("简讯", "一"), ("简讯", "二")), earlier=first.bulletin_id).changed
    revised = _bulletin(("简讯", "一"), ("简讯", "二改"), ("简讯", "三"), ("要闻", "四"), ("要闻", "五"))
    assert _store(service, source, revised, earlier=first.bulletin_id).changed
    assert _titles(service, unmatched=True) == ["简讯", "简讯", "要闻", "要闻"]
    with service.database.read() as session:
        bodies = [stored.article.text for stored in get_articles(session, list(range(1, 9)))]
    assert bodies == ["一", "二改", "三", "四", "五"]


def test_an_only_article_with_another_title_is_still_that_article(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("核电项日开工", "一")))
    with service.database.read() as session:
        (before,) = get_articles(session, [1])
    assert _store(service, source, _bulletin(("核电项目开工", "一")), earlier=first.bulletin_id).changed
    with service.database.read() as session:
        (after,) = get_articles(session, list(range(1, 9)))
    assert (after.article.title, after.uid) == ("核电项目开工", before.uid)


def test_a_file_that_holds_another_issue_now_is_another_bulletin(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("甲", "一")))
    assert _store(service, source, _bulletin(("乙", "二")), identity="y", earlier=first.bulletin_id).is_new


def test_a_copy_with_a_marking_holds_the_bulletin(service: Service, source: int) -> None:
    first = _store(service, source, _bulletin(("甲", "一"), ("乙", "二")))
    _store(service, source, _bulletin(("甲", "一改"), marking="机密"), earlier=first.bulletin_id)
    assert _titles(service, unmatched=True) == []
    with service.database.read() as session:
        assert all(stored.held for stored in get_articles(session, [1, 2]))
    _store(service, source, _bulletin(("甲", "一"), ("乙", "二")))
    assert _titles(service, unmatched=True) == []


def test_articles_are_found_by_words_of_the_title_with_white_space_and_width_aside(
    service: Service, source: int
) -> None:
    _store(service, source, _bulletin(("广元 出台ＡＩ政策", "一"), ("100%", "二")))
    with service.database.read() as session:
        assert find_articles(session, "元出 台AI")[0][1] == "广元 出台ＡＩ政策"
        assert [title for _, title in find_articles(session, "%")] == ["100%"]
        assert find_articles(session, "_") == []


def test_topics_have_versions_by_revision(service: Service) -> None:
    shipped = {"核电": {"terms": ["核电"]}}
    with service.database.write() as session:
        assert sync_topics(session, shipped)
        first = current_revision(session)
        assert not sync_topics(session, shipped)
        assert current_revision(session) == first
        assert sync_topics(session, {"核电": {"terms": ["核电", "核能"]}, "广元": {"terms": ["广元"]}})
        second = current_revision(session)
        assert sync_topics(session, {"广元": {"terms": ["广元"]}})
        third = current_revision(session)
    with service.database.read() as session:
        assert topics_at(session, first) == shipped
        assert topics_at(session, second) == {"核电": {"terms": ["核电", "核能"]}, "广元": {"terms": ["广元"]}}
        assert topics_at(session, third) == {"广元": {"terms": ["广元"]}}


def test_instants_come_back_aware_and_the_same(service: Service, source: int) -> None:
    shanghai = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    document = Document(key="k", name="k", media_type="", content=b"", published_at=shanghai)
    (number,) = _add(service, source, document)
    with service.database.read() as session:
        stored = get_document(session, number)
    assert stored is not None
    assert stored.document.published_at == shanghai
    assert stored.fetched_at == NOON


def test_the_facts_of_an_article_are_kept_and_follow_its_text(service: Service, source: int) -> None:
    def told(body: str, *facts: Fact) -> Bulletin:
        article = Article("通知", (Paragraph(body),), facts=facts)
        return Bulletin(title="动态", issue="7", sections=(Section("", (article,)),))

    number = Fact("docno", "川科发〔2025〕1号", "川科发〔2025〕1号", "body", 0, 12, sentence="川科发〔2025〕1号")
    day = Fact("deadline", "3月1日", "2026-03-01", "body", 0, 4, "application", inferred=True)
    first = _store(service, source, told("川科发〔2025〕1号", number))
    with service.database.read() as session:
        (article_id,) = unmatched_articles(session)
        assert get_articles(session, [article_id])[0].article.facts == (number,)
    _store(service, source, told("3月1日前申报", day), earlier=first.bulletin_id)
    with service.database.read() as session:
        assert get_articles(session, [article_id])[0].article.facts == (day,)
