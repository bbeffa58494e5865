"""The topic library: what ships works on its own samples, and what is wrong in a file is named with its line."""

from pathlib import Path

import pytest

from notifier.errors import TopicError
from notifier.matching import Topic, failed_samples, load_topics
from notifier.matching.fold import folded
from notifier.resources import resource

GOOD = 'name = "核电"\nterms = ["核电", "核能*电站", "“华龙一号”"]\n'


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_shipped_topic_hits_and_misses_its_own_samples() -> None:
    assert failed_samples(load_topics([resource("rules")])) == []


PREFECTURES = (
    "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山"
).split()


def test_the_shipped_topics_are_these_each_described_and_sampled() -> None:
    topics = load_topics([resource("rules")])
    assert len(topics) >= 60
    assert set(topics) >= {
        "核电", "科技金融", "人工智能", "量子科技", "生物医药", "新能源汽车", "科技成果转化", "专精特新", "清洁能源",
        "集成电路", "低空经济", "商业航天", "航空航天", "新材料", "储能", "氢能", "先进制造", "机器人", "工业软件",
        "工业互联网", "大数据与数据要素", "算力", "网络安全", "6G与通信", "北斗", "脑机接口", "合成生物", "农业科技",
        "科技奖励", "科技计划项目", "揭榜挂帅", "创新券", "研发费用加计扣除", "首台套", "科技特派员", "人才政策",
        "重点实验室", "科技型中小企业", "高新技术企业", "孵化器", "知识产权", "科学普及", "科技伦理", "国际科技合作",
        "征求意见", *PREFECTURES,
    }  # fmt: skip
    for topic in topics.values():
        assert topic.zh
        assert topic.en
        assert len(topic.hits) >= 2, topic.name
        assert len(topic.misses) >= 2, topic.name


def test_no_shipped_topic_says_a_term_twice() -> None:
    for topic in load_topics([resource("rules")]).values():
        assert len({folded(term) for term in topic.terms}) == len(topic.terms), topic.name


def test_what_a_prefecture_s_topic_finds_is_sichuan() -> None:
    topics = load_topics([resource("rules")])
    assert {name for name, topic in topics.items() if "四川" in topic.parents} == set(PREFECTURES)


def test_a_failed_sample_is_reported() -> None:
    topic = Topic("核电", ("核电",), hits=("风电",), misses=("核电",))
    assert [(one.text, one.wanted) for one in failed_samples({"核电": topic})] == [("风电", True), ("核电", False)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('name = "核电"\nterms = ["核电"\nhits = []\n', 3, "不是正确的 TOML"),
        (GOOD + 'exclude = ["广告"]\n', 3, "是不是“excluded”"),
        ('name = "核电"\n', 1, "没有词"),
        ('name = "核电"\n\nterms = []\n', 3, "没有词"),
        ('terms = ["核电"]\n', 1, "名字"),
        ('\nname = "核 电"\nterms = ["核电"]\n', 2, "名字"),
        ('name = "核电"\nterms = [\n  "核电",\n  "核电 AND",\n]\n', 4, "“核电 AND”"),
        ('name = "核电"\nterms = ["核电", "风电 水电"]\n', 2, "“风电 水电”"),
        (GOOD + 'excluded = ["水"]\n', 3, "“水”"),
        (GOOD + "misses = [3]\n", 3, "misses"),
        (GOOD + 'excluded = [\n  "核武器",\n  "核電",\n]\n', 5, "又在 terms 里又在 excluded 里"),
        (GOOD + 'description = "核电"\n', 3, "description"),
        (GOOD + 'description.de = "Kernkraft"\n', 3, "description"),
        (GOOD + 'parents = ["清洁能原"]\n', 3, "没有“清洁能原”"),
        (GOOD + '\nparents = ["核电"]\n', 4, "绕成了圈"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    folder = write(tmp_path / "rules", a=text)
    with pytest.raises(TopicError) as caught:
        load_topics([folder])
    assert (Path(caught.value.file).name, caught.value.line) == ("a.toml", line)
    assert says in caught.value.zh


def test_two_files_of_one_folder_cannot_have_the_same_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", a=GOOD, b=GOOD.replace("核电", "核電", 1))
    with pytest.raises(TopicError, match=r"a\.toml") as caught:
        load_topics([folder])
    assert Path(caught.value.file).name == "b.toml"


def test_a_cycle_of_parents_is_refused_however_long(tmp_path: Path) -> None:
    files = {
        name: f'name = "{name}"\nterms = ["核电"]\nparents = ["{parent}"]\n' for name, parent in ("ab", "bc", "ca")
    }
    with pytest.raises(TopicError, match="绕成了圈"):
        load_topics([write(tmp_path / "rules", **files)])


def test_a_later_folder_overrides_and_a_missing_folder_is_empty(tmp_path: Path) -> None:
    first = write(tmp_path / "one", a=GOOD)
    second = write(tmp_path / "two", b='name = "核電"\nterms = ["核聚变"]\n')
    topics = load_topics([first, second, tmp_path / "none"])
    assert [topic.terms for topic in topics.values()] == [("核聚变",)]
    assert topics.origins["核電"].name == "b.toml"


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(TopicError, match="读不了"):
        load_topics([tmp_path])
