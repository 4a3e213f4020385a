"""The lists of digests: what people were told, whether a letter went or not."""

from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.services.delivery.addressees import find
from vekha.services.delivery.reminders import DIGEST
from vekha.services.work import Work
from vekha.storage.tables import Addressee, Duty, Institution, Notice

Row = dict[str, Any]


def of_person(work: Work, person: str, limit: int = 20) -> list[Row]:
    """The newest digests of somebody, by e-mail or name. Raises VekhaError as `addressees.find`."""
    return _rows(work, [find(work, person).id or 0], limit)


def of_role(work: Work, role: str, institution: str = "", limit: int = 20) -> list[Row]:
    """The newest digests of everybody who holds a role, in one institution or wherever the actor may look."""
    rows = select(Duty, Addressee, Institution)
    rows = rows.join(Addressee, col(Addressee.id) == col(Duty.addressee))
    rows = rows.outerjoin(Institution, col(Institution.code) == col(Duty.institution)).where(Duty.role == role)
    if institution:
        rows = rows.where(Duty.institution == institution)
    people = {
        person.id or 0
        for duty, person, home in work.session.exec(rows)
        if work.actor.may(
            Action.VIEW,
            region=person.region,
            municipality=home.municipality if home else duty.municipality,
            institution=duty.institution,
        )
    }
    return _rows(work, sorted(people), limit)


def _rows(work: Work, people: list[int], limit: int) -> list[Row]:
    rows = select(Notice, Addressee).join(Addressee, col(Addressee.id) == col(Notice.addressee))
    rows = rows.where(col(Notice.addressee).in_(people)).order_by(col(Notice.on).desc(), col(Notice.key)).limit(limit)
    return [
        {
            "key": row.key,
            "on": row.on,
            "name": person.name,
            "email": person.email,
            "subject": row.subject,
            "mail": row.mail,
            "text": work.tools.letters.plain(DIGEST.validate_python(row.body), person.name),
            "body": row.body,
        }
        for row, person in work.session.exec(rows)
    ]
