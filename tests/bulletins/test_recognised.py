"""Boxes of characters on pictures of pages become a text with rows, indents and gaps."""

from notifier.bulletins import Piece, text_of


def _piece(text: str, left: float, top: float, *, size: float = 20.0) -> Piece:
    return Piece(text, left, top, left + size * len(text), top + size)


def test_rows_indents_and_gaps() -> None:
    pages = [
        [
            _piece("第7期", 300, 0),
            _piece("省科技厅会同有关部门推进平台建设", 140, 100),
            _piece("完善配套政策支持企业牵头组建联合体", 100, 130),
            _piece("下一步抓好落实", 140, 160),
        ],
        [],
        [_piece("主送各市人民政府", 100, 50)],
    ]
    assert text_of(pages) == (
        " " * 20
        + "第7期\n\n    省科技厅会同有关部门推进平台建设\n"
        + "完善配套政策支持企业牵头组建联合体\n    下一步抓好落实\f\f主送各市人民政府"
    )


def test_pieces_side_by_side_are_one_row_from_left_to_right() -> None:
    pages = [[_piece("2026年3月5日", 400, 103), _piece("云岭省科学技术厅", 100, 100), _piece("编印", 262, 98)]]
    assert text_of(pages) == "云岭省科学技术厅编印  2026年3月5日"


def test_no_pieces_and_empty_boxes() -> None:
    assert text_of([]) == ""
    assert text_of([[Piece(" ", 0, 0, 0, 0)]]) == ""
    assert text_of([[Piece("甲", 5, 5, 5, 5)]]) == "甲"
