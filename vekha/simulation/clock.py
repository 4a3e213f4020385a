"""A clock that is set, not read."""

import datetime as dt

WORKING_HOUR = dt.time(7, 0)  # UTC: morning in the west of Russia, working hours in the east


class VirtualClock:
    """Stands at ten in the morning, Moscow time, of the day it was set to."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __call__(self) -> dt.datetime:
        return dt.datetime.combine(self.day, WORKING_HOUR, dt.UTC)
