"""The invented people of a story: who plays in the demo, the simulation and the test kit of an institution type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vekha.domain.people import Gender


@dataclass(frozen=True, slots=True, kw_only=True)
class CastPerson:
    """Somebody invented. `name` is the full name in the nominative, `guardian` that of a minor's parent."""

    name: str
    gender: Gender
    birth_date: date | None = None
    position: str | None = None
    guardian: str | None = None
    base: str | None = None
    employer: int | None = None  # index in `Cast.employers`


@dataclass(frozen=True, slots=True, kw_only=True)
class CastEmployer:
    name: str
    inn: str
    address: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CastPair:
    """Indices into `Cast.mentors` and `Cast.mentees`."""

    mentors: tuple[int, ...]
    mentees: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One institution's story. `staff` maps a role of the roadmap (director, curator, …) to the person in it."""

    title: str
    short_title: str
    city: str
    address: str
    staff: Mapping[str, CastPerson]
    mentees: tuple[CastPerson, ...]
    mentors: tuple[CastPerson, ...]
    pairs: tuple[CastPair, ...]
    employers: tuple[CastEmployer, ...] = ()
    institution: Mapping[str, str] = field(default_factory=dict[str, str])  # phone, email, site, inn, ogrn

    def person(self, name: str) -> CastPerson:
        """By full name; raises KeyError."""
        for each in (*self.mentees, *self.mentors, *self.staff.values()):
            if each.name == name:
                return each
        raise KeyError(name)
