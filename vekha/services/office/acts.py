"""Acts below the federal ones, as records: of the region, the municipality, the institution (DOMAIN.md §7, §8.11).

They follow the federal acts in the basis of a document, from the widest to the narrowest: «Основание» is a chain.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action, demand
from vekha.domain.errors import Problem, problem, refuse
from vekha.domain.law import KINDS, TOPICS, LawRef, acts, cited, lapsed, unknown_references
from vekha.services.work import Work
from vekha.storage.tables import Institution, LegalAct, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class ActData:
    """An act to put on record; the narrowest place that is named is whose it is. `issuer` is in the genitive."""

    region: str
    municipality: str = ""
    institution: str = ""
    kind: str
    number: str
    date: dt.date
    title: str
    issuer: str
    topic: str = "mentoring"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


def add(work: Work, data: ActData) -> LawRef:
    """Puts an act on record, or brings its title and dates up to date.

    Raises VekhaError with everything that is wrong at once.
    """
    demand(
        work.actor,
        Action.APPROVE,
        region=data.region,
        municipality=data.municipality,
        institution=data.institution,
    )
    refuse(_problems(work, data))
    facts: dict[str, Any] = asdict(data) | {"valid_from": data.valid_from or data.date}
    named = ("region", "municipality", "institution", "kind", "number", "date")
    known = work.session.exec(select(LegalAct).filter_by(**{name: facts[name] for name in named})).first()
    row = work.session.merge(LegalAct(**facts, id=known.id if known else None))
    work.session.flush()
    work.audit(f"legal_act:{row.id}", old="known" if known else None, new="known", why=f"№ {row.number}")
    return as_ref(row)


def chain(work: Work, institution: Institution, *, topic: str | None = None) -> list[LegalAct]:
    """The acts on record for an institution: the region's, its municipality's, its own, each group by date."""
    rows = select(LegalAct).where(LegalAct.region == institution.region)
    if topic is not None:
        rows = rows.where(LegalAct.topic == topic)
    rows = rows.where(col(LegalAct.municipality).in_(["", institution.municipality]))
    rows = rows.where(col(LegalAct.institution).in_(["", institution.code]))
    found = work.session.exec(rows).all()
    return sorted(found, key=lambda row: (level(row), row.date, row.number))


def level(row: LegalAct) -> int:
    """1 for the region's, 2 for the municipality's, 3 for the institution's own."""
    return 3 if row.institution else 2 if row.municipality else 1


def as_ref(row: LegalAct) -> LawRef:
    return LawRef(
        number=row.number,
        kind=row.kind,
        topic=row.topic,  # pyright: ignore[reportArgumentType] — checked when it was put on record
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        checked=True,
        date=row.date,
        title=row.title,
        issuer=row.issuer,
    )


def listed(work: Work, institution: Institution) -> list[tuple[int, LawRef]]:
    """Every act for an institution, federal ones (level 0) first, those that do not hold on the day too."""
    work.demand(Action.VIEW, institution)
    federal = [(0, ref) for ref in acts() if not ref.types or institution.type in ref.types]
    return federal + [(level(row), as_ref(row)) for row in chain(work, institution)]


def warnings(work: Work, institution: Institution, words: str, on: dt.date) -> tuple[Problem, ...]:
    """What a lawyer would mark in a text of this date: acts that have lapsed, and federal acts not on record."""
    refs = [*acts(), *(as_ref(row) for row in chain(work, institution))]
    return (*lapsed(cited(words, refs), on), *unknown_references(words, refs))


def _problems(work: Work, data: ActData) -> Iterator[Problem]:
    if work.session.get(Region, data.region) is None:
        yield problem("institution.unknown_region", "region", region=data.region)
    home = work.session.get(Institution, data.institution) if data.institution else None
    if data.institution and (home is None or home.region != data.region):
        yield problem("institution.unknown", "institution", institution=data.institution)
    if data.kind not in KINDS:
        yield problem("law.unknown_kind", "kind", kind=data.kind, known=", ".join(KINDS))
    if data.topic not in TOPICS:
        yield problem("law.unknown_topic", "topic", topic=data.topic, known=", ".join(TOPICS))
    for name in ("number", "title", "issuer"):
        if not getattr(data, name).strip():
            yield problem("law.blank", name, field=name)
    if data.valid_from is not None and data.valid_from < data.date:
        yield problem("law.before_its_date", "valid_from", date=f"{data.date:%d.%m.%Y}")
    if data.valid_to is not None and data.valid_to < (data.valid_from or data.date):
        yield problem("law.ends_before", "valid_to", until=f"{data.valid_to:%d.%m.%Y}")
