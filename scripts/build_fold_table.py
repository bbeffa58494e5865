"""Write notifier/matching/simplified.txt: each traditional character and the simplified one that it folds to.

Run by a developer when OpenCC's data changes: `python scripts/build_fold_table.py`. The program itself needs
only the file that this writes, not OpenCC.
"""

import unicodedata
from pathlib import Path

import opencc

TARGET = Path(__file__).resolve().parents[1] / "notifier" / "matching" / "simplified.txt"
HAN = (range(0x2E80, 0x3000), range(0x3400, 0xA000), range(0x20000, 0x33480))
WIDTH = 60  # pairs a line

NOTICE = """\
# Traditional to simplified, one pair of characters after the other, in the order of code points.
# NOTICE: derived from the dictionaries of OpenCC (Open Chinese Convert), its t2s conversion applied to single
# characters until nothing changes. Copyright BYVoid and the OpenCC contributors, Apache License 2.0:
# https://github.com/BYVoid/OpenCC. Written by scripts/build_fold_table.py; do not edit.
"""


def simplest(character: str, converter: opencc.OpenCC) -> str:
    """OpenCC has chains (薴 to 苧 to 苎): follow them, so that folding twice is folding once."""
    seen = {character}
    while (simpler := converter.convert(character)) not in seen:
        seen.add(simpler)
        character = simpler
    return character


def pairs() -> list[str]:
    converter = opencc.OpenCC("t2s")
    found = []
    for code_points in HAN:
        for code_point in code_points:
            character = chr(code_point)
            simple = simplest(character, converter)
            if simple != character and len(simple) == 1 and unicodedata.is_normalized("NFKC", character):
                found.append(character + simple)
    return found


def main() -> None:
    found = pairs()
    lines = ["".join(found[at : at + WIDTH]) for at in range(0, len(found), WIDTH)]
    TARGET.write_text(NOTICE + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{len(found)} pairs in {TARGET.name}")


if __name__ == "__main__":
    main()
