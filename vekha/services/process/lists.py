"""Lists for whoever looks: programmes, people, pairs, documents, answers, audit. They read and decide nothing."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select

from vekha.domain.access import Action
from vekha.domain.people import Role
from vekha.domain.programme import SETTLED, DocumentState, name_of
from vekha.services.process.programmes import Loaded, demand_at, load
from vekha.services.work import Work
from vekha.storage.tables import (
    Audit,
    Campaign,
    Document,
    Institution,
    Outbox,
    Participation,
    Programme,
    Stage,
    Submission,
)

Row = dict[str, Any]


def programmes(work: Work, institution: str | None = None, campaign: str | None = None) -> list[Row]:
    """The programmes the actor may see, with the stages over and all, by key."""
    rows = select(Programme, Institution).where(Programme.institution == Institution.code)
    if institution is not None:
        rows = rows.where(Programme.institution == institution)
    if campaign is not None:
        rows = rows.where(Programme.campaign == campaign)
    found = [
        (programme, home)
        for programme, home in work.session.exec(rows.order_by(col(Programme.key)))
        if work.actor.may(Action.VIEW, region=home.region, municipality=home.municipality, institution=home.code)
    ]
    over = _stages_over(work)
    return [
        {
            "programme": programme.key,
            "institution": home.code,
            "title": home.short_title,
            "type": home.type,
            "year": programme.year,
            "state": programme.state,
            "starts": programme.cycle_starts,
            "ends": programme.cycle_ends,
            "stages_over": over.get(programme.key, (0, 0))[0],
            "stages": over.get(programme.key, (0, 0))[1],
        }
        for programme, home in found
    ]


def _stages_over(work: Work) -> dict[str, tuple[int, int]]:
    """(over, all) for each programme, in one query."""
    counts: dict[str, tuple[int, int]] = {}
    rows = select(Stage.programme, Stage.state, func.count()).group_by(Stage.programme, Stage.state)
    for key, state, number in work.session.exec(rows):
        over, every = counts.get(key, (0, 0))
        counts[key] = (over + number * (state in ("closed", "skipped")), every + number)
    return counts


def activities(work: Work, key: str) -> list[Row]:
    """Every row of the programme's roadmap with its dates and state; `late` is in days, by the institution's clock."""
    loaded = load(work, key, Action.VIEW)
    return [
        {
            "stage": each.stage,
            "activity": each.code,
            "number": _number(loaded, each.stage, each.code) if not each.own else "",
            "title": each.title,
            "gate": each.gate.value,
            "state": each.state.value,
            "opens": each.opens,
            "due": each.due,
            "late": max(0, (loaded.now.today - each.due).days) if each.state not in SETTLED else 0,
        }
        for each in loaded.now.activities.values()
    ]


def _number(loaded: Loaded, stage: str, activity: str) -> str:
    return loaded.roadmap.stage(stage).activity(activity).number or ""


def people(work: Work, key: str) -> list[Row]:
    """Everybody of a programme, a row for each role."""
    known = load(work, key, Action.VIEW).now.people
    rows = select(Participation).where(Participation.programme == key)
    paired = {code for pair in known.active_pairs for code in (*pair.mentors, *pair.mentees)}
    return [
        {
            "code": row.person,
            "name": known.persons[row.person].name,
            "role": str(row.role),
            "standing": str(row.standing),
            "registered_on": row.registered_on,
            "base": row.base,
            "paired": row.person in paired,
        }
        for row in sorted(work.session.exec(rows), key=lambda row: (row.role != Role.MENTOR, _serial(row.person)))
    ]


def _serial(code: str) -> int:
    return int(code[1:]) if code[1:].isdigit() else 0


def pairs(work: Work, key: str) -> list[Row]:
    known = load(work, key, Action.VIEW).now.people
    return [
        {
            "pair": each.code,
            "members": name_of(each.code, known),
            "active": each.active,
            "meetings": each.meetings_total,
        }
        for each in known.pairs.values()
    ]


def documents(work: Work, key: str) -> list[Row]:
    """Every document of a programme that is not superseded, in the order of the roadmap."""
    loaded = load(work, key, Action.VIEW)
    order = {stage: number for number, stage in enumerate(loaded.stages)}
    rows = select(Document).where(Document.programme == key, Document.state != DocumentState.SUPERSEDED)
    return [
        {
            "id": row.id,
            "stage": row.stage,
            "activity": row.activity,
            "code": row.code,
            "subject": row.subject,
            "title": row.title,
            "state": str(row.state),
            "number": row.number,
            "dated": row.dated,
            "version": row.version,
            "printed": row.file is not None,
        }
        for row in sorted(work.session.exec(rows), key=lambda row: (order.get(row.stage, 99), row.id or 0))
    ]


def submissions(work: Work, key: str) -> list[Row]:
    """The answers given, oldest first: for those who work with the people. Raises VekhaError access.denied."""
    demand_at(work, key, Action.WORK)
    loaded = load(work, key, Action.VIEW)  # also of a programme that was cancelled
    titles = {form.code: form.title for form in loaded.type.forms}
    rows = select(Submission).where(Submission.programme == key).order_by(col(Submission.id))
    return [
        {
            "id": row.id,
            "form": row.form,
            "title": titles.get(row.form, row.form),
            "about": name_of(row.subject, loaded.now.people) if row.subject else "",
            "stage": row.stage,
            "activity": row.activity,
            "on": row.on,
            "who": row.who,
        }
        for row in work.session.exec(rows)
    ]


def audit(work: Work, key: str) -> list[Row]:
    """Every change of a programme, oldest first."""
    load(work, key, Action.VIEW)
    rows = select(Audit).where(Audit.programme == key).order_by(col(Audit.id))
    names = ("at", "who", "subject", "old", "new", "why")
    return [{name: getattr(row, name) for name in names} for row in work.session.exec(rows)]


def campaigns(work: Work) -> list[Row]:
    """Every campaign the actor may see, with the programmes it has started."""
    started = select(Programme.campaign, func.count()).group_by(col(Programme.campaign))
    counts = {code: number for code, number in work.session.exec(started) if code is not None}
    return [
        {
            "campaign": row.code,
            "title": row.title,
            "region": row.region,
            "year": row.year,
            "state": row.state,
            "programmes": counts.get(row.code, 0),
        }
        for row in work.session.exec(select(Campaign).order_by(col(Campaign.code)))
        if work.actor.may(Action.VIEW, region=row.region)
    ]


def queue(work: Work) -> Sequence[Outbox]:
    """What is queued and not done, in order."""
    return work.session.exec(select(Outbox).where(col(Outbox.done_at).is_(None)).order_by(col(Outbox.id))).all()
