"""Adding figures up, comparing them with a plan and with another year, and keeping small groups of answers unseen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vekha.domain.reporting.indicators import INDICATORS, Figure, Figures, Indicator, Kind

SMALL = 5  # answers of fewer people than this are not shown: who said what could be guessed


def total(every: Iterable[Figures]) -> Figures:
    """Counts add up; a share is that of everybody together, of those who know what to divide by."""
    found: dict[str, tuple[float, float | None]] = {}
    for figures in every:
        for code, figure in figures.items():
            if code not in INDICATORS:
                continue  # of another version
            known = found.get(code, (0.0, None))
            if INDICATORS[code].kind is Kind.COUNT:
                found[code] = (known[0] + figure.numerator, None)
            elif figure.denominator is not None:
                found[code] = (known[0] + figure.numerator, (known[1] or 0.0) + figure.denominator)
            else:
                found.setdefault(code, known)
    return {code: Figure(*found[code]) for code in INDICATORS if code in found}


def hidden(rows: Mapping[str, Figures], code: str) -> frozenset[str]:
    """The keys of the rows whose figure may not be shown beside the total of all of them.

    Fewer than five answers are not shown; and where that hides a few rows whose sum the others give away, the next
    smallest is hidden with them, until at least five answers stand behind what is hidden.
    """
    if not INDICATORS[code].survey:
        return frozenset()
    answers = {key: int(row[code].denominator or 0) for key, row in rows.items() if code in row}
    asked = {key: number for key, number in answers.items() if number}
    found = {key for key, number in asked.items() if number < SMALL}
    others = sorted((number, key) for key, number in asked.items() if key not in found)
    while found and others and (len(found) == 1 or sum(asked[each] for each in found) < SMALL):
        found.add(others.pop(0)[1])
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One indicator of a report: the figure, what was planned, what another year had."""

    indicator: Indicator
    figure: Figure | None
    plan: float | None = None
    before: Figure | None = None
    hidden: bool = False

    @property
    def value(self) -> float | None:
        return None if self.figure is None or self.hidden else self.figure.value(self.indicator.kind)

    @property
    def earlier(self) -> float | None:
        return None if self.before is None or self.hidden else self.before.value(self.indicator.kind)

    @property
    def change(self) -> float | None:
        """Against the other year; points for a share."""
        if self.value is None or self.earlier is None:
            return None
        return round(self.value - self.earlier, 6)

    @property
    def reached(self) -> bool | None:
        """Whether the plan is kept; None without a plan or a figure."""
        if self.plan is None or self.value is None:
            return None
        return (self.value - self.plan) * self.indicator.better >= -1e-9


def compare(figures: Figures, plan: Mapping[str, float], before: Figures | None = None) -> Sequence[Compared]:
    """A line for each indicator that there is."""
    earlier = before or {}
    small = {
        code
        for code, each in INDICATORS.items()
        for found in (figures.get(code), earlier.get(code))
        if each.survey and found is not None and 0 < (found.denominator or 0) < SMALL
    }
    return tuple(
        Compared(
            indicator=each,
            figure=figures.get(code),
            plan=plan.get(code),
            before=earlier.get(code),
            hidden=code in small,
        )
        for code, each in INDICATORS.items()
        if code in figures
    )
