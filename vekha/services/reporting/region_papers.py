"""The region's report to take away: a workbook with charts, and a paper to print with charts, definitions and who has
confirmed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vekha.documents.charts import Bar, bars, picture
from vekha.documents.context import DocumentView
from vekha.domain.reporting.indicators import INDICATORS, Axis, Indicator, Kind
from vekha.domain.reporting.measuring import Window
from vekha.domain.reporting.totals import Compared
from vekha.services.reporting import region_report, wording
from vekha.services.reporting.region_report import Answer, Line, Report
from vekha.services.work import Work
from vekha.spreadsheet import Bars, Table
from vekha.storage.tables import Region
from vekha.texts import section, text

_TEMPLATE = "base/region_report.html"
SHORT = ("mentees", "mentors", "pairs", "meetings_per_pair", "tasks_in_time", "satisfied_mentees", "improved")
CHARTED = ("mentees", "mentors", "tasks_in_time", "completion", "satisfied_mentees", "improved")
_MOST_BARS = 25  # in a picture of a paper; the table has everybody

Cell = str | float | None


def name(report: Report) -> str:
    """How the files are called and the paper is titled."""
    place = "" if report.wanted.municipality is None else f". {place_of(report.wanted.municipality)}"
    return f"{report.collection.title}{place}"


def place_of(municipality: str) -> str:
    return municipality or text("watching.no_municipality")


def title_of(line: Line) -> str:
    return line.title or text("watching.no_municipality")


# --- the workbook -----------------------------------------------------------------------------------------------------


def tables(work: Work, report: Report) -> Iterator[Table]:
    """What is all together, by municipality or institution, who has confirmed, what each indicator means."""
    yield _summary(report)
    yield _lines(report)
    yield _answers(region_report.answers(work, report.collection.code))
    yield _definitions(report)


def _title(key: str) -> str:
    return text(f"region_report.{key}")


def _summary(report: Report) -> Table:
    names = (("indicator", 52), ("unit", 10), ("actual", 12), ("plan", 12), ("before", 16), ("change", 12))
    rest = (("numerator", 12), ("denominator", 14))
    rows = [_summary_row(each) for each in report.summary]
    return Table(
        _title("sheet.summary"),
        [(_title(f"columns.{each}"), width) for each, width in (*names, *rest)],
        rows,
        charts=[Bars(_title("charts.plan"), 0, (2, 3))],
    )


def _summary_row(each: Compared) -> Sequence[Cell]:
    kind, figure = each.indicator.kind, None if each.hidden else each.figure
    made = (figure.numerator, figure.denominator) if figure is not None and kind is not Kind.COUNT else (None, None)
    shown = text("indicators.few") if each.hidden else _cell(each.value, kind)
    told = (shown, each.plan, _cell(each.earlier, kind), _cell(each.change, kind))
    return (each.indicator.title, _title(f"units.{kind.value}"), *told, *made)


def _cell(value: float | None, kind: Kind) -> float | None:
    """Counts are whole numbers in a spreadsheet, the rest have a digit after the comma."""
    if value is None:
        return None
    return int(value) if kind is Kind.COUNT else round(float(value), 1)


def _lines(report: Report) -> Table:
    head = _title("columns.institution" if report.by_institution else "columns.municipality")
    columns = [(head, 36), (_title("columns.institutions"), 14), (_title("columns.confirmed"), 14)]
    columns += [(each.title, 18) for each in INDICATORS.values()]
    rows = [
        (title_of(line), line.institutions, line.confirmed, *(_line_cell(report, line, code) for code in INDICATORS))
        for line in report.lines
    ]
    charts = [Bars(INDICATORS[code].title, 0, (3 + list(INDICATORS).index(code),)) for code in CHARTED]
    key = "sheet.institutions" if report.by_institution else "sheet.municipalities"
    return Table(_title(key), columns, rows, charts=charts)


def _line_cell(report: Report, line: Line, code: str) -> Cell:
    if report.too_few(line, code):
        return text("indicators.few")
    return _cell(report.shown(line, code), INDICATORS[code].kind)


def _answers(found: Sequence[Answer]) -> Table:
    names = (("institution", 40), ("municipality", 26), ("standing", 22), ("when", 14), ("who", 34), ("reason", 40))
    standings = section("region_report.standings")
    rows = [
        (
            each.title,
            each.municipality,
            standings[each.standing],
            each.collected.at.date() if each.collected else None,
            each.collected.who if each.collected else None,
            each.collected.reason if each.collected else None,
        )
        for each in found
    ]
    return Table(_title("sheet.answers"), [(_title(f"columns.{each}"), width) for each, width in names], rows)


def _definitions(report: Report) -> Table:
    names = (("indicator", 44), ("definition", 80), ("numerator", 44), ("denominator", 44), ("source", 44))
    rows: list[Sequence[Cell]] = [
        tuple(each.words[name] for name in ("title", "definition", "numerator", "denominator", "source"))
        for each in INDICATORS.values()
    ]
    told = (wording.period(window_of(report)), wording.ages(report.collection.on), text("indicators.few_hint"))
    rows += [(line, None, None, None, None) for line in told]
    return Table(_title("sheet.definitions"), [(_title(f"columns.{each}"), width) for each, width in names], rows)


def window_of(report: Report) -> Window:
    return Window(since=report.collection.since, on=report.collection.on)


# --- the paper --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """An indicator in words."""

    indicator: Indicator
    title: str
    actual: str
    plan: str
    before: str
    change: str
    reached: bool | None
    numbers: tuple[float | None, float | None, float | None]  # actual, plan, before


def pdf(work: Work, report: Report) -> bytes:
    """The same report gives the same bytes."""
    window, region = window_of(report), work.session.get_one(Region, report.collection.region)
    view = DocumentView(code="region_report", title=name(report), kind="report", state="approved")
    context = {
        "document": view,
        "region": region.title,
        "period": wording.period(window),
        "ages": wording.ages(window.on),
        "report": report,
        "before": report.before.title if report.before else "",
        "axes": summary_by_axis(report),
        "charts": list(_charts(report)),
        "head": _title("columns.institution" if report.by_institution else "columns.municipality"),
        "columns": [(_title(f"short.{code}"), 18) for code in SHORT],
        "lines": [(title_of(line), _of(line), [shown(report, line, code) for code in SHORT]) for line in report.lines],
        "waited": [each for each in region_report.answers(work, report.collection.code) if each.collected is None],
        "definitions": [each.words for each in INDICATORS.values()],
        "few": text("indicators.few_hint"),
        "words": section("region_report.paper"),
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    created = dt.datetime.combine(window.on, dt.time(), dt.UTC)
    return work.tools.renderer.pdf(html, title=name(report), created=created)


def summary_by_axis(report: Report) -> list[tuple[str, list[Said]]]:
    """The title of each axis with what is said of its indicators, of all together."""
    return by_axis(report.summary)


def by_axis(compared: Sequence[Compared]) -> list[tuple[str, list[Said]]]:
    titles = section("indicators.axes")
    return [(titles[axis], [_said(each) for each in compared if each.indicator.axis is axis]) for axis in Axis]


def _said(each: Compared) -> Said:
    kind = each.indicator.kind
    actual = text("indicators.few") if each.hidden else wording.figure(each.indicator, each.figure)
    return Said(
        indicator=each.indicator,
        title=each.indicator.title,
        actual=actual,
        plan="–" if each.plan is None else wording.number(each.plan, kind),
        before="–" if each.earlier is None else wording.number(each.earlier, kind),
        change=wording.change(each.change, kind),
        reached=each.reached,
        numbers=(each.value, each.plan, each.earlier),
    )


def _of(line: Line) -> str:
    return text("region_report.of", confirmed=line.confirmed, institutions=line.institutions)


def shown(report: Report, line: Line, code: str) -> str:
    """The figure of a place in words."""
    if report.too_few(line, code):
        return text("indicators.few")
    value = report.shown(line, code)
    return "–" if value is None else wording.number(value, INDICATORS[code].kind)


def _charts(report: Report) -> Iterator[tuple[str, Markup, str]]:
    """(title, picture, what is left out): shares of the whole with their plan, then the chosen ones by line."""
    shares = [each for each in report.summary if each.indicator.kind is Kind.SHARE and each.value is not None]
    rows = [
        Bar(each.indicator.title, each.value, wording.number(each.value, Kind.SHARE), each.earlier, each.plan)
        for each in shares
    ]
    if rows:
        yield _title("charts.shares"), picture(bars(rows, 100.0), _title("charts.shares")), ""
    for code in CHARTED:
        if found := _chart(report, INDICATORS[code]):
            yield found


def _chart(report: Report, indicator: Indicator) -> tuple[str, Markup, str] | None:
    """The greatest first; None where one line or none has anything to show."""
    known = [(line, report.shown(line, indicator.code)) for line in report.lines]
    told = sorted(((line, value) for line, value in known if value is not None), key=lambda each: -each[1])
    if len(told) < 2:
        return None
    rows = [Bar(title_of(line), value, wording.number(value, indicator.kind)) for line, value in told[:_MOST_BARS]]
    rest = len(told) - len(rows)
    more = text("region_report.more_bars", number=rest) if rest else ""
    most = 100.0 if indicator.kind is Kind.SHARE else None
    return indicator.title, picture(bars(rows, most), indicator.title), more
