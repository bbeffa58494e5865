"""Characters that a font's table states for a glyph, as the characters that a person sees.

PDF and OFD writers name glyphs by their fonts: Chinese ones often by radicals (U+2F00, U+2E80) and compatibility
ideographs, bullets by Wingdings' private places, ligatures by one character.
"""

import unicodedata

_SUPPLEMENT = (  # CJK Radicals Supplement, which NFKC leaves alone: simplified forms that are characters of their own
    "⻅见⻆角⻉贝⻋车⻒镸⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟⺠民⻄西⻁虎⺁厂⺆冂⺊卜⺌小⺝月⺟母⺪疋⻌辶⻏阝⻖阝⻢马⺮竹"
    "⺼月⻊足⻑长⻗雨⻞食⻟食⻠饣"
)
_SYMBOLS = (  # Wingdings and Symbol, as Word writes them
    "\uf06c●\uf06d○\uf06e■\uf06f□\uf071□\uf074◆\uf075◆\uf076◆\uf077◆\uf0a7■\uf0a8□\uf09f•\uf0b7•\uf0d8➢\uf0e8➔\uf0fc✓\uf0fe☑\uf0a1○"
)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _table() -> dict[int, str]:
    pairs = _SUPPLEMENT + _SYMBOLS
    table = {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAE0)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = plain
    return table | {ord(char): plain for char, plain in _LIGATURES.items()}


PLAIN = _table()


def plain(text: str) -> str:
    """The text in the characters that a person sees."""
    return text.translate(PLAIN)


def raised(text: str) -> str:
    """A raised number as superscript digits: 10² is not 102."""
    return text.translate(_SUPERSCRIPTS)


def is_unmapped(char: str) -> bool:
    """A glyph of which the font does not say what it is."""
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cs")
