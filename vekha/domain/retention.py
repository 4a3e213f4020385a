"""«Срок хранения»: until when a paper is kept, and whether it may be destroyed.

Terms count from 1 January of the year after the one in which the file was closed (Перечень типовых управленческих
архивных документов, приказ Росархива от 20.12.2019 № 236). What counts from an event, or
waits for a commission of experts («ЭПК»), nobody but a person decides on.
"""

import re
from dataclasses import dataclass
from datetime import date

_YEARS = re.compile(r"(\d+)(?:/(\d+))? (?:год|года|лет)\b")
_FOR_EVER = ("постоянно", "до ликвидации")


@dataclass(frozen=True, slots=True)
class Term:
    """A term in years from the closing of the file; `for_ever` has none.

    `event` is what the years count from when it is not the file's own closing («после истечения срока действия …»);
    `experts` says that the commission looks first.
    """

    years: int | None = None
    for_ever: bool = False
    event: str | None = None
    experts: bool = False

    def keep_until(self, closed: date) -> date | None:
        """The last day on which the paper must be kept; None where no date follows from the file's closing."""
        if self.years is None or self.event is not None:
            return None
        return date(closed.year + self.years, 12, 31)


def read_term(words: str) -> Term:
    """«5 лет», «5 лет ЭПК», «50/75 лет ЭПК», «3 года после …», «постоянно», «до замены новыми».

    Of «50/75» the longer one counts: 75 years are for papers made up before 2003, and nobody destroys too late.
    """
    lowered = words.strip().casefold()
    experts = "эпк" in lowered
    if lowered.startswith(_FOR_EVER):
        return Term(for_ever=True, experts=experts)
    found = _YEARS.search(lowered)
    if found is None:
        return Term(event=words.strip(), experts=experts)
    rest = lowered[found.end() :].replace("эпк", "").strip(" ,")
    return Term(years=int(found[2] or found[1]), event=rest or None, experts=experts)
