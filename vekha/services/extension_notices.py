"""Word of extensions, at once and not with the digest of the day: operators hear of a request, curators of its answer.

Whom that is says the register of addressees, as the last round left it. A letter waits for the end of the quiet hours.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, or_, select
from sqlmodel import col

from vekha.domain.reminders import Digest, Request, next_hour_to_speak
from vekha.mail.wording import subject
from vekha.services.addressees import CURATOR, OPERATOR
from vekha.services.programmes import roadmaps
from vekha.services.reminders import DIGEST
from vekha.services.work import Work
from vekha.storage.tables import Activity, Addressee, Duty, Extension, Institution, Notice, Programme, Stage


def tell_operators(work: Work, numbers: Sequence[int]) -> None:
    """Those who look after the region of each request hear of it."""
    rows = _requests(work, numbers)
    of_region = and_(
        col(Duty.role) == OPERATOR, col(Duty.region).in_({row.region for row in rows}), col(Duty.institution) == ""
    )
    people = _people(work, of_region)
    heard = defaultdict[int, list[Request]](list)
    for row, request in zip(rows, _told(work, rows), strict=True):
        for who in (each for each in people if each.place == row.region):
            heard[who.id].append(request)
    _write(work, people, heard)


def tell_curators(work: Work, numbers: Sequence[int]) -> None:
    """The curator of each institution that asked hears the answer."""
    rows = _requests(work, numbers)
    people = _people(
        work, and_(col(Duty.role) == CURATOR, col(Duty.institution).in_({row.institution for row in rows}))
    )
    heard = defaultdict[int, list[Request]](list)
    for row, request in zip(rows, _told(work, rows), strict=True):
        for who in (each for each in people if each.home == row.institution):
            heard[who.id].append(request)
    _write(work, people, heard)


def _requests(work: Work, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    """The requests with where they come from and the dates as they are now."""
    work.session.flush()
    e, a, s = Extension, Activity, Stage
    rows = (
        select(
            *(col(each) for each in (e.programme, e.stage, e.activity, e.wanted, e.reason, e.state, e.answer)),
            *(col(each) for each in (Institution.region, Institution.short_title, a.own, a.title)),
            *(col(each) for each in (Programme.roadmap, Programme.roadmap_version)),
            col(Institution.code).label("institution"),
            col(a.due).label("due"),
            col(s.due).label("stage_due"),
        )
        .join_from(e, Programme, col(Programme.key) == col(e.programme))
        .join(Institution, col(Institution.code) == col(Programme.institution))
        .join(Stage, and_(col(s.programme) == col(e.programme), col(s.code) == col(e.stage)))
        .outerjoin(
            Activity,
            and_(col(a.programme) == col(e.programme), col(a.stage) == col(e.stage), col(a.code) == col(e.activity)),
        )
    )
    return work.session.execute(rows.where(col(e.id).in_(numbers)).order_by(col(e.id))).all()


def _told(work: Work, rows: Iterable[Row[Any]]) -> Iterable[Request]:
    roadmap_of = roadmaps(work.session)
    for row in rows:
        stage = roadmap_of(row.roadmap, row.roadmap_version).stage(row.stage)
        if row.own:
            title = row.title or row.activity
        else:
            title = next((each.title for each in stage.activities if each.code == row.activity), stage.title)
        yield Request(
            programme=row.programme,
            institution=row.short_title,
            title=title,
            state=row.state,
            wanted=row.wanted,
            due=row.due or row.stage_due,
            words=row.reason if row.state == "asked" else row.answer or "",
        )


def _people(work: Work, duty: Any) -> Sequence[Row[Any]]:
    a = Addressee
    columns = (col(a.id), col(a.email), col(a.region), col(a.timezone))
    places = (col(Duty.region).label("place"), col(Duty.institution).label("home"))
    rows = select(*columns, *places).join(Duty, col(Duty.addressee) == col(a.id))
    return work.session.execute(rows.where(duty, or_(col(Duty.municipality) == "", col(Duty.institution) != ""))).all()


def _write(work: Work, people: Iterable[Row[Any]], heard: dict[int, list[Request]]) -> None:
    for who in {each.id: each for each in people}.values():
        if not heard[who.id]:
            continue
        made = Digest(requests=tuple(heard[who.id]))
        local = work.now.astimezone(ZoneInfo(who.timezone))
        key = f"{who.id}:extension:{work.now.isoformat()}"
        mail = who.email is not None and work.tools.mail_server is not None
        row = {"key": key, "addressee": who.id, "on": local.date(), "at": work.now, "subject": subject(made)}
        body = DIGEST.dump_python(made, mode="json")
        work.append(Notice, [{**row, "body": body, "mail": "waiting" if mail else ""}])
        if mail:
            ready = next_hour_to_speak(work.tools.policies.of(who.region).quiet, local).astimezone(dt.UTC)
            work.queue("mail", f"mail:{key}", {"notice": key}, ready)
