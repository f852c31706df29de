"""Plots: well formed and within their frame for any figures."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from eval.report.plots import (
    PLOT_WIDTH,
    Bar,
    BarGroup,
    Curve,
    CurveChart,
    IntervalRow,
    bars_svg,
    curves_svg,
    histogram_svg,
    intervals_svg,
    threshold_svg,
)

shares = st.floats(0, 1)
seconds = st.floats(0, 1e5)
labels = st.text(max_size=40)
SVG = "{http://www.w3.org/2000/svg}"


def assert_within_frame(svg: str) -> Any:
    root = etree.fromstring(svg.encode("utf-8"))
    _, _, width, height = map(float, root.get("viewBox").split())
    assert width == PLOT_WIDTH
    for element in root.iter():
        for name, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("y1", height)):
            if (value := element.get(name)) is not None:
                assert -1 <= float(value) <= most + 1
        if element.tag == f"{SVG}rect":
            assert float(element.get("x")) + float(element.get("width")) <= width + 1
    return root


@given(st.lists(st.tuples(labels, shares, shares, shares), min_size=1, max_size=8))
def test_intervals(rows: list[tuple[str, float, float, float]]) -> None:
    made = [IntervalRow(label, sorted(values)[1], min(values), max(values), "1 of 2") for label, *values in rows]
    root = assert_within_frame(intervals_svg("By tag", made))
    assert len(root.findall(f"{SVG}circle")) == len(rows)


@given(st.lists(seconds, min_size=1, max_size=50))
def test_durations(values: list[float]) -> None:
    root = assert_within_frame(histogram_svg("Seconds", values, [("median", sorted(values)[len(values) // 2])]))
    assert root.findall(f"{SVG}rect")


@given(st.lists(shares, min_size=1, max_size=20), st.lists(shares, min_size=1, max_size=20))
def test_thresholds(answerable: list[float], unanswerable: list[float]) -> None:
    root = assert_within_frame(threshold_svg("When to abstain", answerable, unanswerable))
    assert len(root.findall(f"{SVG}polyline")) == 2


@given(st.lists(st.tuples(labels, st.floats(0, 1e9)), min_size=1, max_size=5))
def test_bars(bars: list[tuple[str, float]]) -> None:
    assert_within_frame(bars_svg("Speed", [BarGroup("ms", tuple(Bar(*bar) for bar in bars))]))


@given(st.lists(st.tuples(st.floats(1, 1e7), st.floats(0, 1e6)), min_size=1, max_size=5), labels)
def test_curves(points: list[tuple[float, float]], label: str) -> None:
    curve = Curve(label, tuple(sorted(points)))
    root = assert_within_frame(curves_svg("Cost", [CurveChart(label, (curve, curve)), CurveChart("one", (curve,))]))
    assert len(root.findall(f"{SVG}polyline")) == 3
