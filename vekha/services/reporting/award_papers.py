"""Certificates, and the letters and posters of types whose roadmap issues none: one PDF, a sheet for each person."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from vekha.documents.context import DocumentView, PersonView
from vekha.documents.views import cycle_label, person_view
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.domain.people import Role
from vekha.domain.reporting.nomination import AwardKind
from vekha.services.process.programmes import Loaded, load
from vekha.services.reporting import awards
from vekha.services.reporting.awards import Candidate
from vekha.services.work import Work
from vekha.storage.tables import Award, Person
from vekha.texts import section, text

_TEMPLATE = "base/awards.html"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet: what it is called, to whom, what it says. `poster` names the person in the nominative, large."""

    kind: str
    title: str
    person: PersonView
    words: str
    why: str
    poster: bool


def leaves(work: Work, key: str) -> list[Leaf]:
    """One for each approved award that is no document of the roadmap; a poster only with a consent in force."""
    loaded = load(work, key, Action.VIEW)
    return [_leaf(work, loaded, *each) for each in _apart(work, loaded)]


def _apart(work: Work, loaded: Loaded) -> Iterator[tuple[Candidate, Award]]:
    for each, award in awards.sheet(work, loaded.key).approved:
        kind = AwardKind(award.kind)
        if not awards.in_roadmap(loaded, kind) and (kind is not AwardKind.BEST or each.published):
            yield each, award


def _leaf(work: Work, loaded: Loaded, each: Candidate, award: Award) -> Leaf:
    row = work.session.get_one(Person, (loaded.institution.code, each.code))
    role = "mentor" if each.results.role is Role.MENTOR else "mentee"
    told = section(f"awards.paper.{award.kind}")
    label = cycle_label(loaded.roadmap.cycle, loaded.programme.year, loaded.programme.cycle_ends)
    words = told[role].format(institution=loaded.institution.short_title, label=label)
    person = person_view(row.name, gender="f" if row.gender == "f" else "m" if row.gender == "m" else None)
    return Leaf(award.kind, told["title"], person, words, award.words, poster=award.kind == AwardKind.BEST)


def pdf(work: Work, key: str) -> bytes:
    """Raises VekhaError award.nothing_approved."""
    loaded = load(work, key, Action.VIEW)
    found = leaves(work, key)
    if not found:
        raise VekhaError(problem("award.nothing_approved"))
    home = loaded.institution
    head = home.staff.get("director") or home.staff.get("head")
    title = text("awards.paper.title")
    context = {
        "document": DocumentView(code="awards", title=title, kind="materials", state="approved"),
        "institution": {"title": home.title, "short_title": home.short_title, "city": home.city},
        "leaves": found,
        "head": person_view(head["name"], gender=head.get("gender"), position=head.get("position")) if head else None,
        "date": loaded.now.today,
    }
    html = work.tools.renderer.html(_TEMPLATE, context).text
    created = dt.datetime.combine(loaded.now.today, dt.time(), dt.UTC)
    return work.tools.renderer.pdf(html, title=f"{title}. {home.short_title}", created=created)
