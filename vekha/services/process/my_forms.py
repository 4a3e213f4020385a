"""Where the actor may hand in a form: the way from the code on a paper form to the page that takes the answer."""

from dataclasses import dataclass

from sqlmodel import col, or_, select

from vekha.domain.access import Action
from vekha.services.process.programmes import stored_roadmap
from vekha.services.work import Work
from vekha.storage.tables import Institution, Programme

SHOWN = 50  # somebody who works on more is better led by the board


@dataclass(frozen=True, slots=True)
class FormPlace:
    """An activity that collects the form."""

    institution: str
    activity: str
    address: str


def places_of(work: Work, code: str) -> tuple[str, list[FormPlace]]:
    """The form's title ('' when no type has it) and the activities of running programmes that collect it."""
    titles = [form.title for kind in work.tools.registry.types.values() for form in kind.forms if form.code == code]
    if not titles:
        return "", []
    rows = select(Programme, Institution).join(Institution, col(Institution.code) == col(Programme.institution))
    grants = work.actor.granting(Action.WORK)
    bound = [each.institution for each in grants]
    rows = rows.where(Programme.state == "running", or_(col(Institution.code).in_(bound), "" in bound))
    found: list[FormPlace] = []
    for programme, home in work.session.exec(rows.order_by(col(Programme.key)).limit(SHOWN)):
        if not work.actor.may(Action.WORK, region=home.region, municipality=home.municipality, institution=home.code):
            continue
        roadmap = stored_roadmap(work.session, programme.roadmap, programme.roadmap_version)
        for stage, activity in roadmap.rows():
            if any(use.code == code for use in activity.forms):
                base = f"/programmes/{programme.key}/stages/{stage.code}/activities/{activity.code}"
                found.append(FormPlace(home.short_title, activity.title, f"{base}/forms/{code}"))
    return titles[0], found
