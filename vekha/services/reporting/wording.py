"""Figures in words: «12», «48,5 %», «3,4», «+2,1 п. п.»; the same in pages, papers and on the command line."""

import datetime as dt

from vekha.domain.reporting.indicators import GIVEN, INDICATORS, Figure, Indicator, Kind
from vekha.domain.reporting.measuring import Window
from vekha.domain.reporting.totals import SMALL
from vekha.texts import section, text


def number(value: float | None, kind: Kind) -> str:
    """A value as people read it; «нет данных» for None."""
    if value is None:
        return text("indicators.nothing")
    return f"{decimal(value)}\u00a0%" if kind is Kind.SHARE else decimal(value)


def figure(indicator: Indicator, found: Figure | None) -> str:
    """The figure with what it is made of: «48,5 % (16 из 33)»."""
    if found is None:
        return text("indicators.nothing")
    value = found.value(indicator.kind)
    if value is None and indicator.given:
        return text("indicators.no_denominator")
    if value is None or indicator.kind is Kind.COUNT:
        return number(value, indicator.kind)
    if indicator.survey and (found.denominator or 0) < SMALL:
        return text("indicators.few")
    return f"{number(value, indicator.kind)} {parts(indicator, found)}"


def parts(indicator: Indicator, found: Figure) -> str:
    """«(16 из 33)» of a share, «(всего 34 на 10)» of a mean; nothing of a count."""
    if indicator.kind is Kind.COUNT or not found.denominator:
        return ""
    words = {"numerator": decimal(found.numerator), "denominator": decimal(found.denominator)}
    return text(f"indicators.parts.{indicator.kind.value}", **words)


def change(value: float | None, kind: Kind) -> str:
    """«+2», «−3,5 п. п.», «0»; a dash for None."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    unit = f"\u00a0{text('indicators.points')}" if kind is Kind.SHARE else ""
    return f"{sign}{decimal(abs(value))}{unit}"


def decimal(value: float) -> str:
    """At most one digit after the comma, thousands apart."""
    rounded = round(value + 1e-9, 1)
    shown = f"{rounded:,.1f}" if rounded != int(rounded) else f"{int(rounded):,}"
    return shown.replace(",", "\u00a0").replace(".", ",")


def period(window: Window) -> str:
    return text("indicators.period", since=day(window.since), on=day(window.on))


def ages(on: dt.date) -> str:
    return text("indicators.age", on=day(on))


def day(value: dt.date) -> str:
    return f"{value:%d.%m.%Y}"


def axes() -> dict[str, tuple[Indicator, ...]]:
    """Title of an axis → its indicators."""
    titles = section("indicators.axes")
    return {title: tuple(each for each in INDICATORS.values() if each.axis == axis) for axis, title in titles.items()}


def given_titles() -> dict[str, str]:
    """What only the institution knows: its code → title."""
    titles = section("indicators.given")
    return {name: titles[name] for name in GIVEN}
