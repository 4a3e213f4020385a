"""`/collections`: figures that a region collected, with plan and another year; answers of a few people are not told."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from vekha.domain.reporting.indicators import INDICATORS
from vekha.domain.reporting.totals import Compared
from vekha.domain.tokens import Scope
from vekha.services.access.watching import demand_watching_somewhere
from vekha.services.reporting import collecting, region_report
from vekha.services.reporting.region_report import Line, Report, Wanted
from vekha.services.work import Work
from vekha.storage.tables import Collection
from vekha.web.api.keys import reads
from vekha.web.api.models import (
    CollectionOut,
    FigureOut,
    LineFigure,
    LineOut,
    Name,
    Narrow,
    Page,
    ReportOut,
    Text,
)

router = APIRouter(prefix="/collections", tags=["figures"])


@router.get("", summary="Сборы показателей")
def listing(work: Annotated[Work, reads(Scope.READ_FIGURES)]) -> Page[CollectionOut]:
    """Все сразу, одной страницей: в регионе их несколько в год."""
    demand_watching_somewhere(work)
    return Page(items=[CollectionOut(**_facts(row)) for row in collecting.every(work)], next=None)


@router.get("/{code}", summary="Отчёт по сбору: регион, муниципалитеты, организации")
def one(
    *,
    code: Name,
    municipality: Annotated[
        Text | None, Query(description="Организации этого муниципалитета вместо списка мест")
    ] = None,
    type: Narrow = "",  # noqa: A002 — a name of the address
    confirmed: bool = False,
    work: Annotated[Work, reads(Scope.READ_FIGURES)],
) -> ReportOut:
    """«withheld» – ответили меньше пяти человек, или по остальным строкам их ответы можно вычислить."""
    found = region_report.report(work, code, Wanted(municipality=municipality, type=type, confirmed=confirmed))
    return ReportOut(
        **_facts(found.collection),
        institutions=found.institutions,
        confirmed=found.confirmed,
        figures=[_figure(each) for each in found.summary],
        lines=[_line(found, each) for each in found.lines],
    )


def _facts(row: Collection) -> dict[str, Any]:
    names = ("code", "region", "title", "since", "on", "opens", "closes", "compared_with")
    return {**{name: getattr(row, name) for name in names}, "closed": row.closed_at is not None}


def _figure(each: Compared) -> FigureOut:
    return FigureOut(
        code=each.indicator.code,
        title=each.indicator.title,
        kind=each.indicator.kind.value,
        withheld=each.hidden,
        value=each.value,
        plan=each.plan,
        before=each.earlier,
    )


def _line(report: Report, line: Line) -> LineOut:
    figures = [
        LineFigure(code=code, withheld=report.too_few(line, code), value=report.shown(line, code))
        for code in INDICATORS
        if code in line.figures
    ]
    return LineOut(
        key=line.key, title=line.title, institutions=line.institutions, confirmed=line.confirmed, figures=figures
    )
