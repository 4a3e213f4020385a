"""Charts as pictures for papers: plain SVG with its numbers written beside the bars, readable in grey and without it.

A chart repeats a table that stands in the same paper; whoever cannot see it loses nothing.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _LEFT, _ROW, _BAR, _RIGHT = 720, 250, 30, 15, 86
_INK, _QUIET, _PLAN = "#1d4e8f", "#9aa7b5", "#14633c"
_FONT = 'font-family="PT Serif"'


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: `value` None is a gap with its `words`; `before` is a thinner bar under it, `plan` a mark."""

    title: str
    value: float | None
    words: str
    before: float | None = None
    plan: float | None = None


def bars(rows: Sequence[Bar], most: float | None = None) -> str:
    """Horizontal bars, the longest `most` (the greatest number there is by default)."""
    numbers = [each for row in rows for each in (row.value, row.before, row.plan) if each is not None]
    scale = max([most or 0.0, *numbers]) or 1.0
    room = _WIDTH - _LEFT - _RIGHT
    height = len(rows) * _ROW + 10
    drawn = [_row(row, number * _ROW + 6, room / scale) for number, row in enumerate(rows)]
    line = f'<line x1="{_LEFT}" x2="{_LEFT}" y1="2" y2="{height - 4}" stroke="#17202c" stroke-width="1"/>'
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{line}{"".join(drawn)}</svg>'


def _row(row: Bar, top: int, unit: float) -> str:
    title = row.title if len(row.title) <= 34 else f"{row.title[:33].rstrip()}…"
    end = _LEFT + max(0.0, row.value or 0.0) * unit
    parts = [_text(_LEFT - 8, top + 12, title, "end"), _text(max(end, _LEFT) + 6, top + 12, row.words)]
    if row.value is not None:
        parts.append(_rect(top, end - _LEFT, _BAR, _INK))
    if row.before is not None:
        parts.append(_rect(top + _BAR + 1, max(0.0, row.before) * unit, 5, _QUIET))
    if row.plan is not None:
        place = round(_LEFT + max(0.0, row.plan) * unit, 1)
        ends = f'y1="{top - 3}" y2="{top + _BAR + 8}"'
        parts.append(f'<line x1="{place}" x2="{place}" {ends} stroke="{_PLAN}" stroke-width="2.5"/>')
    return "".join(parts)


def _rect(top: int, width: float, height: int, colour: str) -> str:
    return f'<rect x="{_LEFT}" y="{top}" width="{round(width, 1)}" height="{height}" fill="{colour}"/>'


def _text(x: float, y: int, words: str, anchor: str = "start") -> str:
    return f'<text x="{round(x, 1)}" y="{y}" {_FONT} font-size="13" text-anchor="{anchor}">{escape(words)}</text>'


def picture(svg: str, label: str) -> Markup:
    """The chart for a template; `label` says what it shows to whoever cannot see it."""
    data = base64.b64encode(svg.encode()).decode()
    return Markup('<img class="chart" src="data:image/svg+xml;base64,{}" alt="{}">').format(data, label)
