"""Small plots as SVG, drawn so that they read at the width of a phone as well as on a screen.

Every plot is 400 units wide and sets no colours: its classes (`ink`, `soft`, `grid` …) are coloured by the style sheet
of the page, or by the one that a picture of its own carries. Labels may be foreign text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring  # only written here, never parsed

from assistant.safe_text import safe

PLOT_WIDTH = 400
_ROW = 22  # height of one line of a plot with rows
_LABEL = 130  # room for the labels of rows
_RIGHT = 62  # room for the figures of rows
_SHORTEST = 1e-4  # seconds; what took less is drawn as this
_OWN_STYLE = """
svg { font: 12px system-ui, sans-serif; background: #fdfdfb; color: #1c1f23 }
.ink { fill: #1c1f23 } .soft { fill: #5a616b } .fill { fill: #9db4c9 } .own { fill: #2f6fae } .grid { stroke: #d9dcdf }
.curve { fill: none; stroke: #2f6fae; stroke-width: 2 } .curve.second { stroke-dasharray: 5 3 }
@media (prefers-color-scheme: dark) {
  svg { background: #15171a; color: #e6e7e9 }
  .ink { fill: #e6e7e9 } .soft { fill: #a3aab3 } .fill { fill: #54687b } .own { fill: #82b8f2 }
  .grid { stroke: #34393f } .curve { stroke: #82b8f2 }
}
"""


class IntervalRow(NamedTuple):
    """One row of an interval plot: a share with its interval, all 0..1."""

    label: str
    value: float
    low: float
    high: float
    note: str  # written at the end of the row


class Bar(NamedTuple):
    """One bar."""

    label: str
    value: float  # 0 or more


class BarGroup(NamedTuple):
    """Bars that share a scale; the first one is drawn as the program's own."""

    title: str
    bars: tuple[Bar, ...]


class Curve(NamedTuple):
    """Points from left to right, one or more."""

    label: str  # "" for the only one of a chart
    points: tuple[tuple[float, float], ...]  # sizes above 0, values from 0 on


class CurveChart(NamedTuple):
    """One or two curves that share a scale."""

    title: str
    curves: tuple[Curve, ...]


def intervals_svg(title: str, rows: Sequence[IntervalRow]) -> str:
    """Plot shares with their intervals, one per row, on a scale from 0 to 100 %."""
    height = _ROW * len(rows) + 26
    svg = _svg(title, height)
    left, right = _LABEL, PLOT_WIDTH - _RIGHT

    def x(share: float) -> float:
        return left + (right - left) * min(max(share, 0.0), 1.0)

    for share in (0.0, 0.5, 1.0):
        _line(svg, x(share), 4, x(share), height - 20, "grid")
        _text(svg, x(share), height - 6, f"{share:.0%}", "soft", anchor="middle")
    for number, row in enumerate(rows):
        y = _ROW * number + 15
        _text(svg, left - 8, y + 4, _short(row.label, 20), "ink", anchor="end")
        _line(svg, x(row.low), y, x(row.high), y, "line")
        SubElement(svg, "circle", {"class": "dot", "cx": _n(x(row.value)), "cy": _n(y), "r": "4"})
        _text(svg, PLOT_WIDTH, y + 4, row.note, "soft", anchor="end")
    return _done(svg)


def histogram_svg(title: str, values: Sequence[float], marks: Sequence[tuple[str, float]], bins: int = 14) -> str:
    """Plot a histogram of durations on a logarithmic scale of seconds; `marks` are named vertical lines."""
    low, high = _decades(values)
    svg, top, floor = _svg(title, 172), 26, 140

    def x(seconds: float) -> float:
        share = (math.log10(max(seconds, _SHORTEST)) - low) / (high - low)
        return 10 + (PLOT_WIDTH - 20) * min(max(share, 0.0), 1.0)

    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((x(value) - 10) / (PLOT_WIDTH - 20) * bins))] += 1
    step = (PLOT_WIDTH - 20) / bins
    for number, count in enumerate(counts):
        tall = (floor - top) * count / max(counts)
        _rect(svg, 10 + step * number + 1, floor - tall, step - 2, tall, "fill")
    _line(svg, 10, floor, PLOT_WIDTH - 10, floor, "grid")
    for tick in _ticks(low, high):
        _text(svg, x(tick), floor + 16, _seconds(tick), "soft", anchor="middle")
    for number, (name, value) in enumerate(marks):
        _line(svg, x(value), top - 4, x(value), floor, "mark")
        side = "end" if x(value) > PLOT_WIDTH / 2 else "start"
        _text(svg, x(value), 10 + 12 * (number % 2), f"{name} {_seconds(value)}", "ink", anchor=side)
    _text(svg, PLOT_WIDTH / 2, floor + 30, "seconds, logarithmic", "soft", anchor="middle")
    return _done(svg)


def threshold_svg(title: str, answerable: Sequence[float], unanswerable: Sequence[float]) -> str:
    """Plot the share of questions answered over the threshold of confidence (0..1)."""
    svg, left, top, floor = _svg(title, 190), 42, 12, 150
    right = PLOT_WIDTH - 12
    for share in (0.0, 0.5, 1.0):
        y = floor - (floor - top) * share
        _line(svg, left, y, right, y, "grid")
        _text(svg, left - 6, y + 4, f"{share:.0%}", "soft", anchor="end")
        _text(svg, left + (right - left) * share, floor + 16, f"{share:.1f}", "soft", anchor="middle")
    for confidences, kind in ((answerable, "good"), (unanswerable, "bad")):
        points = [
            (left + (right - left) * t / 50, floor - (floor - top) * share)
            for t in range(51)
            if (share := sum(s >= t / 50 for s in confidences) / len(confidences)) >= 0
        ]
        SubElement(
            svg, "polyline", {"class": f"curve {kind}", "points": " ".join(f"{_n(a)},{_n(b)}" for a, b in points)}
        )
    _text(svg, left, floor + 34, "answered when the confidence in the evidence is at least this", "soft")
    return _done(svg)


def bars_svg(title: str, groups: Sequence[BarGroup]) -> str:
    """Plot groups of bars as a standalone picture."""
    height = 34 + sum(20 + 18 * len(group.bars) + 10 for group in groups)
    svg = _svg(title, height)
    SubElement(svg, "style").text = _OWN_STYLE
    _text(svg, 10, 20, title, "ink")
    y = 34
    for group in groups:
        _text(svg, 10, y + 12, group.title, "soft")
        y += 20
        most = max((bar.value for bar in group.bars), default=0) or 1.0
        for number, bar in enumerate(group.bars):
            _text(svg, 100, y + 11, _short(bar.label, 15), "ink", anchor="end")
            _rect(svg, 108, y + 2, 220 * bar.value / most, 11, "fill" if number else "own")
            _text(
                svg,
                112 + 220 * bar.value / most,
                y + 12,
                f"{bar.value:,.3g}" if bar.value < 1000 else f"{bar.value:,.0f}",
                "soft",
            )
            y += 18
        y += 10
    return _done(svg)


_CHART = 116  # height of one of several charts


def curves_svg(title: str, charts: Sequence[CurveChart]) -> str:
    """Plot charts below each other as a standalone picture: sizes on a logarithmic scale, values from 0 on."""
    svg = _svg(title, 34 + _CHART * len(charts))
    SubElement(svg, "style").text = _OWN_STYLE
    _text(svg, 10, 20, title, "ink")
    sizes = [size for chart in charts for curve in chart.curves for size, _ in curve.points]
    for number, chart in enumerate(charts):
        _chart(svg, 34 + _CHART * number, chart, (math.log10(min(sizes)), math.log10(max(sizes))))
    return _done(svg)


def _chart(svg: Element, top: float, chart: CurveChart, span: tuple[float, float]) -> None:
    """Draw one chart; `span` are the logarithms of the smallest and largest size."""
    left, right, head, floor = 26, PLOT_WIDTH - 26, top + 30, top + 84
    most = max(value for curve in chart.curves for _, value in curve.points) or 1.0

    def place(size: float, value: float) -> tuple[float, float]:
        share = (math.log10(size) - span[0]) / ((span[1] - span[0]) or 1.0)
        return left + (right - left) * share, floor - (floor - head) * value / most

    labels = " · ".join(curve.label for curve in chart.curves if curve.label)
    _text(svg, 10, top + 12, _short(f"{chart.title}: {labels}" if labels else chart.title, 62), "soft")
    _line(svg, left, floor, right, floor, "grid")
    for size, _ in chart.curves[0].points:
        _text(svg, place(size, 0)[0], floor + 14, _count(size), "soft", anchor="middle")
    kinds = ("curve", "curve second")
    for number, (curve, kind) in enumerate(
        zip(reversed(chart.curves), reversed(kinds[: len(chart.curves)]), strict=True)
    ):
        points = [place(*point) for point in curve.points]
        SubElement(svg, "polyline", {"class": kind, "points": " ".join(f"{_n(x)},{_n(y)}" for x, y in points)})
        for (x, y), (_, value) in zip(points, curve.points, strict=True):
            _text(svg, x, y + (14 if number else -4), f"{value:.3g}", "ink", anchor="middle")


# -- drawing


def _svg(title: str, height: float) -> Element:
    size = {"viewBox": f"0 0 {PLOT_WIDTH} {_n(height)}", "role": "img", "class": "plot"}
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    SubElement(svg, "title").text = safe(title)
    return svg


def _done(svg: Element) -> str:
    return tostring(svg, encoding="unicode", short_empty_elements=True)


def _text(svg: Element, x: float, y: float, text: str, kind: str, anchor: str = "start") -> None:
    place = {"x": _n(x), "y": _n(y), "class": kind, "text-anchor": anchor}
    SubElement(svg, "text", place).text = safe(text)


def _line(svg: Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    SubElement(svg, "line", {"x1": _n(x1), "y1": _n(y1), "x2": _n(x2), "y2": _n(y2), "class": kind})


def _rect(svg: Element, x: float, y: float, width: float, height: float, kind: str) -> None:
    size = {"width": _n(max(width, 0.0)), "height": _n(max(height, 0.0))}
    SubElement(svg, "rect", {"x": _n(x), "y": _n(y), **size, "class": kind})


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _count(value: float) -> str:
    """Return a number of thousands or millions as an axis has it."""
    return f"{value / 1e6:.3g} M" if value >= 1e6 else f"{value / 1e3:.3g} k"


def _short(label: str, length: int) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def _decades(values: Sequence[float]) -> tuple[float, float]:
    """Return logarithms that enclose all values, at least a factor of ten apart."""
    positive = [max(value, _SHORTEST) for value in values]
    low, high = math.log10(min(positive)), math.log10(max(positive))
    spare = max(0.05, (1 - (high - low)) / 2)
    return low - spare, high + spare


def _ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten between two logarithms, thinned where labels would touch."""
    steps = (1, 2, 5) if high - low < 2 else (1,)
    ticks = [step * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps]
    return [tick for tick in ticks if low + 0.03 <= math.log10(tick) <= high - 0.03]


def _seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 0.9995 else f"{value:.3g} s"
