import pytest

from notifier.bulletins.formats.decode import decode
from notifier.errors import ReadError

TEXT = "近日，市科技局印发《关于加快科技金融发展的若干措施》，推动科技创新和产业创新融合发展。\n"
TRADITIONAL = "近日，市政府發布新的創新政策，這是為了推動產業發展，對於企業來說是一個機會。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "gbk"])
def test_chinese_text_is_read_in_its_encoding(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_big5_is_told_from_gb18030_although_both_decode() -> None:
    content = TRADITIONAL.encode("big5")
    assert content.decode("gb18030", "replace") != TRADITIONAL
    assert decode(content) == TRADITIONAL


def test_a_declared_encoding_that_makes_no_sense_is_not_believed() -> None:
    assert decode(TEXT.encode("gb18030"), "iso-8859-1") == TEXT
    assert decode(TEXT.encode("gb18030"), "no-such-encoding") == TEXT


def test_utf_8_goes_before_what_is_declared() -> None:
    assert decode(TEXT.encode(), "gb18030") == TEXT


def test_a_damaged_byte_does_not_turn_the_rest_into_other_characters() -> None:
    content = TEXT.encode() * 20
    damaged = content[:400] + b"\xff" + content[401:]
    assert decode(damaged).count("科技金融") >= 19


def test_line_ends_and_controls() -> None:
    assert decode(b"a\r\nb\rc\x00d\x07\n\x0ce") == "a\nb\ncd\n\fe"
    assert decode("零\u200b宽\ufeff。\u2028下".encode()) == "零宽。\n下"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ReadError) as caught:
        decode(bytes(range(256)) * 8)
    assert caught.value.needs_person
