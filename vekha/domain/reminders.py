"""When somebody is reminded of a due date: some days before, on the day, and after it."""

from datetime import date

DAYS = (14, 7, 3, 1, 0, -1, -7)  # before the due date; negative = after it


def days_to_remind(due: date, today: date) -> int | None:
    """Days left until `due` (negative when it is past) if `today` is a day to remind of it, else None."""
    left = (due - today).days
    return left if left in DAYS else None
