"""Who did what, when: the audit as an operator reads it, the newest first, a page at a time.

What a row is about is found for a whole page at once: the number of queries does not grow with the rows.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, or_, select, true, tuple_
from sqlmodel import col

from vekha.domain.access import Action
from vekha.services.access.scope import within
from vekha.services.process.programmes import roadmaps
from vekha.services.region.zones import CAPITAL, zone_of
from vekha.services.work import Work
from vekha.storage.tables import (
    Account,
    Activity,
    Audit,
    Campaign,
    Collection,
    Document,
    DueBatch,
    Institution,
    Person,
    Programme,
    Region,
)

PAGE = 50
KINDS: Mapping[str, tuple[str, ...]] = {  # what a person chooses → families of subjects
    "stages": ("stage", "programme"),
    "activities": ("activity",),
    "documents": ("document", "journal", "legal_act", "name", "position"),
    "people": ("person", "consent", "employer", "form", "link", "duty"),
    "pairs": ("pair", "matching", "match", "meeting", "planned_meeting", "plan", "reflection", "pair_feed"),
    "surveys": ("survey",),
    "figures": ("collection", "collected", "swot", "award", "practice"),
    "dates": ("extension", "due_batch", "deadline"),
    "campaigns": ("campaign",),
    "institutions": ("institution", "contact"),
    "accounts": ("account", "token"),
    "delivery": ("mail", "feed", "outbox"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom and what to look at; `before` is the number of the last row of the page before."""

    institution: str = ""
    who: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change. `family` and `name` are its subject's two parts, `title` what a person calls it."""

    id: int
    at: dt.datetime  # on the institution's clock
    who: str
    programme: str | None
    institution: str
    institution_title: str
    family: str
    name: str
    title: str
    old: str | None
    new: str
    why: str | None


def trail(work: Work, asked: Asked, limit: int = PAGE) -> list[Entry]:
    """What the actor may see of it."""
    rows = work.session.execute(_chosen(work, asked).limit(limit)).all()
    titles = _titles(work, rows)
    roadmap_of = roadmaps(work.session)
    found: list[Entry] = []
    for row in rows:
        family, _, name = row.subject.partition(":")
        title = titles.get((family, row.institution or "", row.programme or "", name), "")
        if row.roadmap and family in ("stage", "activity"):
            title = _of_roadmap(roadmap_of(row.roadmap, row.roadmap_version), family, name) or title
        found.append(
            Entry(
                id=row.id,
                at=row.at.astimezone(ZoneInfo(row.timezone) if row.timezone else CAPITAL),
                who=row.who,
                programme=row.programme,
                institution=row.institution or "",
                institution_title=row.short_title or "",
                family=family,
                name=name,
                title=title or row.wide_title or "",
                old=row.old,
                new=row.new,
                why=row.why,
            )
        )
    return found


def _chosen(work: Work, asked: Asked) -> Select[Any]:
    subject, asking = col(Audit.subject), col(Collection.code)
    confirmed = func.substr(subject, 11, func.length(asking) + 1) == asking + "/"  # «collected:CODE/INSTITUTION»
    own = case(
        (subject.startswith("institution:"), func.substr(subject, 13)),
        (subject.startswith("collected:"), func.substr(subject, 12 + func.length(asking))),
    )
    campaign = case((col(Audit.subject).startswith("campaign:"), func.substr(col(Audit.subject), 10)))
    batch = case((col(Audit.subject).startswith("due_batch:"), cast(func.substr(col(Audit.subject), 11), Integer)))
    audit = [col(each) for each in (Audit.id, Audit.at, Audit.who, Audit.programme, Audit.subject)]
    rows = (
        select(
            *audit,
            *(col(each) for each in (Audit.old, Audit.new, Audit.why, Programme.roadmap, Programme.roadmap_version)),
            col(Institution.code).label("institution"),
            col(Institution.short_title),
            func.coalesce(col(Institution.timezone), col(Region.timezone)).label("timezone"),
            func.coalesce(col(Campaign.title), col(Collection.title)).label("wide_title"),
        )
        .select_from(Audit)
        .outerjoin(Programme, col(Programme.key) == col(Audit.programme))
        .outerjoin(
            Collection,
            or_(
                and_(subject.startswith("collection:"), func.substr(subject, 12) == asking),
                and_(subject.startswith("collected:"), confirmed),
            ),
        )
        .outerjoin(Institution, col(Institution.code) == func.coalesce(col(Programme.institution), own))
        .outerjoin(DueBatch, col(DueBatch.id) == batch)
        .outerjoin(Campaign, col(Campaign.code) == func.coalesce(campaign, col(DueBatch.campaign)))
        .outerjoin(Region, col(Region.code) == _region())
        .where(_seen(work))
        .order_by(col(Audit.id).desc())
    )
    return rows.where(*_filters(work, asked))


def _region() -> ColumnElement[Any]:
    return func.coalesce(col(Campaign.region), col(DueBatch.region), col(Collection.region))


def _seen(work: Work) -> ColumnElement[bool]:
    """Rows of institutions the actor may see, of campaigns of a whole region of theirs; an administrator's are all."""
    grants = work.actor.granting(Action.VIEW)
    if any(not (each.region or each.municipality or each.institution) for each in grants):
        return true()
    regions = [each.region for each in grants if not (each.municipality or each.institution)]
    return or_(and_(col(Institution.code).is_not(None), within(work.actor)), col(Region.code).in_(regions))


def _filters(work: Work, asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.institution:
        yield col(Institution.code) == asked.institution
    if asked.who:
        yield col(Audit.who).contains(asked.who, autoescape=True)
    if asked.kind in KINDS:
        yield or_(
            *(
                col(Audit.subject).startswith(f"{family}:") | (col(Audit.subject) == family)
                for family in KINDS[asked.kind]
            )
        )
    zone = zone_of(work, work.actor)
    if asked.since is not None:
        yield col(Audit.at) >= dt.datetime.combine(asked.since, dt.time(), zone).astimezone(dt.UTC)
    if asked.until is not None:
        after = asked.until + dt.timedelta(days=1)
        yield col(Audit.at) < dt.datetime.combine(after, dt.time(), zone).astimezone(dt.UTC)
    if asked.before is not None:
        yield col(Audit.id) < asked.before


# --- titles -----------------------------------------------------------------------------------------------------------

Subject = tuple[str, str, str, str]  # family, institution, programme, name


def _of_roadmap(roadmap: Any, family: str, name: str) -> str:
    stage, _, activity = name.partition("/")
    try:
        return roadmap.stage(stage).title if family == "stage" else roadmap.activity(stage, activity).title
    except (KeyError, StopIteration):
        return ""  # an activity of one's own, or of another version


def _titles(work: Work, rows: Sequence[Any]) -> dict[Subject, str]:
    named = [(*row.subject.partition(":")[::2], row) for row in rows]
    found: dict[Subject, str] = {}
    session = work.session

    papers = {int(name) for family, name, _ in named if family == "document" and name.isdecimal()}
    titles = select(col(Document.id), col(Document.title)).where(col(Document.id).in_(papers))
    of_paper = {str(number): title for number, title in session.execute(titles)}

    persons = {(row.institution, name) for family, name, row in named if family in ("person", "consent")}
    names = select(col(Person.institution), col(Person.code), col(Person.name))
    names = names.where(tuple_(col(Person.institution), col(Person.code)).in_(persons))
    of_person = {(home, code): name for home, code, name in session.execute(names)}

    own = {(row.programme, *name.split("/", 1)) for family, name, row in named if family == "activity" and "/" in name}
    key = tuple_(col(Activity.programme), col(Activity.stage), col(Activity.code))
    activities = select(col(Activity.programme), col(Activity.stage), col(Activity.code), col(Activity.title))
    of_activity = {
        (key_, f"{stage}/{code}"): title for key_, stage, code, title in session.execute(activities.where(key.in_(own)))
    }

    logins = {name for family, name, _ in named if family == "account"}
    accounts = select(col(Account.login), col(Account.name)).where(col(Account.login).in_(logins))
    of_account = {row.login: row.name for row in session.execute(accounts)}

    kinds = {each.code: each.title for kind in work.tools.registry.types.values() for each in kind.forms}
    for family, name, row in named:
        title = {
            "document": of_paper.get(name),
            "person": of_person.get((row.institution, name)),
            "consent": of_person.get((row.institution, name)),
            "activity": of_activity.get((row.programme, name)),
            "account": of_account.get(name),
            "form": kinds.get(name),
            "institution": row.short_title,
        }.get(family)
        found[family, row.institution or "", row.programme or "", name] = title or ""
    return found
