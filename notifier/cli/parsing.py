"""parse: read one document, store nothing. Its own module, since it needs little of the program and starts at once."""

from pathlib import Path

from notifier.bulletins import HouseStyle
from notifier.cli.fact_lines import fact_line
from notifier.cli.logs import set_up_log
from notifier.cli.output import print_json, print_table
from notifier.config import find_config, load_settings
from notifier.domain import Bulletin, Document, bulletin_to_dict, full_bulletin_to_dict, page_of
from notifier.errors import InputError
from notifier.pipeline.reading.convert import find_converter
from notifier.pipeline.reading.ocr import find_ocr
from notifier.pipeline.reading.reader import LARGEST, Reader, too_large


def parse(config: Path | None, file: Path, *, as_json: bool, full: bool = False) -> None:
    reading = load_settings(find_config(config)).reading
    set_up_log()
    reader = Reader(find_converter(), ocr=find_ocr(**reading.ocr_bounds()), style=HouseStyle(**reading.forms()))
    found = read_bulletins(reader, file)
    reader.close()
    if len(found) != 1:
        raise InputError(
            f"{file.name} 里有 {len(found)} 期；请用 notifier ingest 导入，或解开后逐个 parse",
            f"{file.name} holds {len(found)} bulletins: use notifier ingest, or unpack it and parse them one by one",
        )
    if as_json:
        print_json(full_bulletin_to_dict(found[0]) if full else bulletin_to_dict(found[0]))
    else:
        _show(found[0], full=full)


def read_bulletins(reader: Reader, file: Path) -> list[Bulletin]:
    """All bulletins that the file holds."""
    if not file.is_file():
        raise InputError(f"没有文件 {file}", f"there is no file {file}")
    reader.warm()
    return reader.read(Document(key=file.name, name=file.name, media_type="", content=read_document(file)))


def read_document(file: Path) -> bytes:
    """ReadError where it is larger than any document: it is not even loaded."""
    if file.stat().st_size > LARGEST:
        raise too_large(file.name)
    return read_file(file)


def read_file(file: Path) -> bytes:
    """InputError in one line where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"读不了 {file}：{error.strerror}", f"cannot read {file}: {error.strerror}") from error


def read_text(file: Path) -> str:
    """InputError names the line that is not UTF-8."""
    try:
        return read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            f"{file} 第 {line} 行不是 UTF-8，请另存为 UTF-8 后重试", f"{file}:{line} is not UTF-8: save it as UTF-8"
        ) from error


def _show(bulletin: Bulletin, *, full: bool) -> None:
    date = bulletin.date.isoformat() if bulletin.date else "—"
    marking = f"  【{bulletin.marking}】" if bulletin.marking else ""
    total = f"（总第 {bulletin.total} 期）" if bulletin.total else ""
    print(f"{bulletin.title or '（无刊名）'}  第 {bulletin.issue or '—'} 期{total}  {date}{marking}")
    print("、".join(bulletin.publishers))
    rows = [
        (number, article.section, article.title, f"{len(article.body)} 段 {len(article.text)} 字")
        for number, article in enumerate(bulletin.articles, 1)
    ]
    print_table(("", "栏目 section", "文章 article", "正文 body"), rows)
    for number, article in enumerate(bulletin.articles, 1):
        if line := fact_line(article):
            print(f"  {number}. {line}")
    for label, names in (("主送", bulletin.distribution.to), ("抄送", bulletin.distribution.cc)):
        if names:
            print(f"{label}：{'，'.join(names)}")
    _show_quality(bulletin, full=full)


def _show_quality(bulletin: Bulletin, *, full: bool) -> None:
    """The score, what was wrong, and the lines that found no place; with `full` also where each article begins."""
    quality = bulletin.quality
    print(f"读取质量 quality：{quality.score:.2f}")
    for zh, en in quality.problems:
        print(f"  {zh} / {en}")
    for orphan in quality.orphans:
        print(f"  未归位 orphan：{orphan}")
    if full:
        for number, article in enumerate(bulletin.articles, 1):
            page = page_of(article, 0)
            about = (f"第 {page} 页" if page else "", article.byline, article.author, article.editor)
            print(f"  {number}. {article.title}  {'  '.join(filter(None, about))}".rstrip())
        if bulletin.editors:
            print(f"  编辑 editors：{'、'.join(bulletin.editors)}")
