"""Regions and institutions as the operator keeps them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.addresses import is_address
from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.roadmap_file import hint
from vekha.services.work import Work, institution_of
from vekha.storage.tables import Institution, Programme, Region

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionData:
    """What an operator tells of an institution.

    `staff`: role → {name, gender, position, email}; `days`: its own working and free days, None = as they are.
    """

    code: str
    type: str
    region: str
    title: str
    short_title: str
    timezone: str
    municipality: str = ""
    city: str = ""
    address: str = ""
    staff: dict[str, dict[str, Any]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    days: dict[str, bool] | None = None


def add_region(work: Work, code: str, title: str, timezone: str) -> None:
    """Creates the region or brings its title and time zone up to date."""
    demand(work.actor, Action.SCHEDULE, region=code)
    refuse(_timezone_problems(timezone))
    work.session.merge(Region(code=code, title=title, timezone=timezone))
    work.session.flush()


def put(work: Work, data: InstitutionData) -> None:
    """Creates the institution or brings it up to date by its code; raises VekhaError with every problem at once."""
    demand(work.actor, Action.SCHEDULE, region=data.region, municipality=data.municipality, institution=data.code)
    known = work.session.get(Institution, data.code)
    if known is not None:
        work.demand(Action.SCHEDULE, known)  # nobody takes an institution over from somebody else's region
    refuse([*_problems(work, data), *_type_problems(work, data, known)])
    told = asdict(data) if data.days is not None else {**asdict(data), "days": known.days if known else {}}
    row = Institution(**told, created_at=known.created_at if known else work.now)
    work.session.merge(row)
    work.session.flush()
    work.audit(f"institution:{data.code}", old="known" if known else None, new="known", why=data.title)


def every(work: Work, region: str | None = None) -> Sequence[Institution]:
    """The institutions the actor may see, by code."""
    rows = select(Institution).order_by(col(Institution.code))
    if region is not None:
        rows = rows.where(Institution.region == region)
    return [
        row
        for row in work.session.exec(rows)
        if work.actor.may(Action.VIEW, region=row.region, municipality=row.municipality, institution=row.code)
    ]


def _problems(work: Work, data: InstitutionData) -> list[Problem]:
    found: list[Problem] = []
    if not _CODE.fullmatch(data.code):
        found.append(problem("institution.bad_code", "code", institution=data.code))
    if data.type not in work.tools.registry.types:
        types = work.tools.registry.types
        facts = {"name": data.type, "known": ", ".join(types), "hint": hint(data.type, types)}
        found.append(problem("plugin.unknown_type", "type", **facts))
    if work.session.get(Region, data.region) is None:
        found.append(problem("institution.unknown_region", "region", region=data.region))
    for role, person in data.staff.items():
        name = str(person.get("name") or "")
        if len(name.split()) < 2:
            found.append(problem("people.name_incomplete", f"staff.{role}", person=name))
        email = str(person.get("email") or "")
        if email and not is_address(email):
            found.append(problem("mail.bad_address", f"staff.{role}", address=email))
    return [*found, *_timezone_problems(data.timezone)]


def _type_problems(work: Work, data: InstitutionData, known: Institution | None) -> list[Problem]:
    """A running programme lives on the forms and checks of its type."""
    if known is None or known.type == data.type:
        return []
    programmes = select(Programme.key).where(Programme.institution == data.code)
    if work.session.exec(programmes).first() is None:
        return []
    return [problem("institution.type_fixed", "type", institution=data.code, type=known.type)]


def _timezone_problems(timezone: str) -> list[Problem]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return [problem("institution.unknown_timezone", "timezone", timezone=timezone)]
    return []


def one(work: Work, code: str) -> Institution:
    """Raises VekhaError institution.unknown or access.denied."""
    row = institution_of(work.session, code)
    work.demand(Action.VIEW, row)
    return row
