"""Bulletins as web pages in eight house styles, and a browser that prints them."""

import random
import subprocess
import tempfile
from pathlib import Path

from bulletins.generated import WORDS
from notifier.domain import Article, Bulletin, Paragraph, Point, Section

STYLES = {  # name of a style sheet in tests/data/bulletins/styles: how it prints sections, and a contents list
    "redhead": ("【{}】", ""),
    "leaders": ("一、{}", "leaders"),
    "bullets": ("{}", "bullets"),
    "columns": ("{}", ""),
    "bold": ("■ {}", ""),
    "plain": ("［{}］", ""),
    "mirrored": ("{}", "leaders"),
    "notes": ("{}", "bullets"),
}
SHEETS = Path(__file__).resolve().parents[1] / "data" / "bulletins" / "styles"


def sample(seed: str) -> Bulletin:
    """A bulletin of two sections, always the same for one seed."""
    rng = random.Random(seed)
    articles = [_article(rng, points=at % 2 == 0) for at in range(4)]
    sections = (Section("部委动态", (articles[0],)), Section("省内要情", tuple(articles[1:])))
    return Bulletin(title="创新要参", issue="8", sections=sections)


def _words(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.sample(WORDS, rng.randint(least, most)))


def _sentence(rng: random.Random) -> str:
    return "，".join(_words(rng, 4, 8) for _ in range(rng.randint(2, 4))) + "。"


def _article(rng: random.Random, *, points: bool) -> Article:
    lead = [Paragraph("省科技厅" + "".join(_sentence(rng) for _ in range(4))) for _ in range(2)]
    heads = ["".join(rng.sample(WORDS[:18], 4)) for _ in range(3)] if points else []
    listed = [Point(at, head, _sentence(rng) + _sentence(rng)) for at, head in enumerate(heads, 1)]
    return Article("".join(rng.sample(WORDS[:20], rng.randint(6, 12))), (*lead, *listed))


def page(bulletin: Bulletin, name: str) -> str:
    """The bulletin as HTML."""
    mark, contents = STYLES[name]
    css = "".join((SHEETS / f"{each}.css").read_text("utf-8") for each in ("base", name))
    facts = (
        "<div class=c>2026年第8期（总第126期）</div><div class=c>某省科学技术厅</div><div class=c>2026年3月5日</div>"
    )
    body = []
    for section in bulletin.sections:
        body.append(f"<h2>{mark.format(section.name)}</h2>")
        for article in section.articles:
            body.append(f"<h3>{article.title}</h3>")
            body += [f"<p>{_display(block)}</p>" for block in article.body if not isinstance(block, str)]
    foot = (
        "<div style='margin-top:20pt'>主送：甲，乙、丙。</div><div>抄送：丁；戊。</div>"
        "<div>某省科学技术厅办公室　2026年3月5日印发</div>"
    )
    listed = _contents(bulletin, contents)
    return (
        f"<!doctype html><meta charset=utf-8><style>{css}</style><h1>创新要参</h1>{facts}{listed}"
        f"<div class=b>{''.join(body)}</div>{foot}"
    )


def _display(block: Paragraph | Point | object) -> str:
    if isinstance(block, Point):
        return f"（{block.number}）{block.heading}。{block.text}"
    assert isinstance(block, Paragraph)
    return block.text


def _contents(bulletin: Bulletin, how: str) -> str:
    if not how:
        return ""
    rows = ["<h2 class=c>目　录</h2>"]
    for section in bulletin.sections:
        rows.append(f"<div class=l><span>{section.name}</span><i></i><span>2</span></div>")
        for article in section.articles:
            row = f"<div class=l><span>{article.title}</span><i></i><span>3</span></div>"
            rows.append(row if how == "leaders" else f"<div>●{article.title}</div>")
    return "".join(rows) + "<div class=k></div>"


def print_page(html: str) -> bytes:
    """The PDF that Chromium prints of it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(html, encoding="utf-8")
        options = (
            "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
            " --disable-component-update --disable-sync --no-pdf-header-footer"
        ).split()
        run = ["chromium", *options, f"--user-data-dir={folder}/data", f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(run, check=True, capture_output=True, timeout=60)
        return target.read_bytes()
