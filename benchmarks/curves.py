"""Curves as SVG, both axes logarithmic: no library, a few lines."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 560, 340, 56
COLOURS = ("#1f5fa8", "#b3541e", "#5b7f2b", "#7a4b9a")
Curve = Sequence[tuple[float, float]]


def write_curves(path: Path, curves: Mapping[str, Curve], *, x: str, y: str) -> None:
    """Each curve with its name at its end, ticks at the powers of ten."""
    points = [point for curve in curves.values() for point in curve]
    left, right = _powers([point[0] for point in points])
    bottom, top = _powers([point[1] for point in points])

    def place(point: tuple[float, float]) -> tuple[float, float]:
        across = (math.log10(point[0]) - left) / (right - left)
        up = (math.log10(point[1]) - bottom) / (top - bottom)
        return MARGIN + across * (WIDTH - 2.5 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    marks = [_tick(place((10**power, 10**bottom)), f"{10**power:,}", below=True) for power in range(left, right + 1)]
    heights = [10.0**power for power in range(bottom, top + 1)]
    marks += [_tick(place((10**left, height)), f"{height:g}", below=False) for height in heights]
    lines = [
        _curve(name, [place(point) for point in curve], colour, below=bool(at))
        for at, ((name, curve), colour) in enumerate(zip(curves.items(), COLOURS, strict=False))
        if curve
    ]
    axes = f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}">{x}</text>'
    axes += f'<text x="12" y="{MARGIN - 24}" text-anchor="start">{y}</text>'
    body = "\n".join([*marks, *lines, axes])
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" text-anchor="middle" fill="#333">\n<title>{y} against {x}: {", ".join(curves)}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


def _powers(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _tick(at: tuple[float, float], text: str, *, below: bool) -> str:
    x, y = at
    if below:
        return f'<text x="{x:.1f}" y="{y + 18:.1f}">{text}</text>'
    return (
        f'<line x1="{MARGIN}" x2="{WIDTH - 1.5 * MARGIN}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    )


def _curve(name: str, points: Curve, colour: str, *, below: bool) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    x, y = points[-1]
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
        f'<text x="{x + 8:.1f}" y="{y + (14 if below else -4):.1f}" text-anchor="start" fill="{colour}">{name}</text>'
    )
