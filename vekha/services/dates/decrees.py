"""A decree that changes the working calendar: every due date it touches, to be seen and moved like any other."""

from vekha.domain.aims import recalendar
from vekha.domain.calendar import Overrides
from vekha.domain.shifting import Aim
from vekha.services.dates.duedates import Home, Scope
from vekha.services.dates.shifts import Change, each_alike
from vekha.services.region.calendars import with_days
from vekha.services.work import Work


def recheck(work: Work, region: str, source: str, stated: Overrides | None = None) -> Change:
    """Rolls every stated due date of a region anew: by the calendar as it is now, or with the days of a file on top.

    `source` names the file or the calendar for the list of batches. Dates that have passed stay.
    """
    calendar = work.tools.calendar(region)
    new = calendar.overlaid(stated) if stated is not None else calendar

    def aim_of(home: Home) -> Aim:
        return recalendar(with_days(new, tuple(sorted(home.days.items()))) if home.days else new, home.roll)

    return Change(
        kind="calendar",
        scope=Scope(region=region),
        aiming=each_alike(aim_of),
        request={"source": source, "days": sorted(day.isoformat() for day in (stated.days if stated else ()))},
        judged=False,
    )
