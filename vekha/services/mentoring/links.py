"""Personal links: one form for somebody without an account, behind an address that nobody can guess.

The address itself is kept nowhere, only its SHA-256; so a link that is printed or sent once more is a new one, and any
of them takes the one answer.
"""

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action, Actor, Grant
from vekha.domain.errors import VekhaError, problem
from vekha.domain.links import USUAL, LinkState, lasts, state_of
from vekha.domain.people import People, Role
from vekha.forms.base import Form
from vekha.services.access.accounts import digest
from vekha.services.mentoring.askings import Recipient, about_words, can_be_asked, recipients
from vekha.services.process import forms
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import Work, institution_of
from vekha.storage.tables import PersonalLink, Programme
from vekha.texts import text

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A link just made: its secret is told here and never again."""

    token: str
    name: str
    about: str
    email: str | None
    expires_at: dt.datetime

    def address(self, base: str) -> str:
        return f"{base.rstrip('/')}/f/{self.token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody who is or may be asked; `state` is None before the first link."""

    subject: str
    name: str
    about: str
    email: str | None
    state: LinkState | None = None
    made: dt.datetime | None = None
    mailed: dt.datetime | None = None
    expires: dt.datetime | None = None
    answered: dt.datetime | None = None

    @property
    def pending(self) -> bool:
        """Was asked and has not answered."""
        return self.state in (LinkState.WAITING, LinkState.OPENED, LinkState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind a link: the form, whom it asks, and on whose behalf answers are taken."""

    row: PersonalLink
    loaded: Loaded
    form: type[Form]
    actor: Actor

    @property
    def place(self) -> Place:
        return (self.row.stage, self.row.activity)


# --- for the one who asks ---------------------------------------------------------------------------------------------


def create(
    work: Work, key: str, place: Place, form_code: str, people: Iterable[Recipient], *, days: int = USUAL
) -> list[Made]:
    """Makes a link for each recipient. Raises VekhaError link.not_for_outsiders, link.nobody, form.unknown."""
    loaded, form = _known(work, key, place, form_code, Action.WORK)
    made: list[Made] = []
    for each in people:
        token = secrets.token_urlsafe(32)
        row = PersonalLink(
            token=digest(token),
            programme=key,
            stage=place[0],
            activity=place[1],
            form=form.code,
            subject=each.subject,
            name=each.name,
            email=each.email,
            created_by=work.actor.name,
            created_at=work.now,
            expires_at=work.now + lasts(days),
        )
        work.session.add(row)
        work.audit(f"link:{form.code}", programme=key, new="created", why=each.name)
        made.append(Made(token, each.name, about_words(loaded, each.subject), each.email, row.expires_at))
    if not made:
        raise VekhaError(problem("link.nobody"))
    return made


def asked(work: Work, key: str, place: Place, form_code: str) -> list[Asked]:
    """Everybody who was asked or can be, with how it stands."""
    loaded, form = _known(work, key, place, form_code, Action.VIEW)
    use = _use(loaded, place, form.code)
    rows = defaultdict[tuple[str, str], list[PersonalLink]](list)
    for row in _rows(work, key, place, form.code):
        rows[row.subject, row.name or ""].append(row)
    known = {(each.subject, each.name): each for each in recipients(work, loaded, form, use)}
    answers = loaded.now.answers.get((*place, form.code), ())
    found: list[Asked] = []
    for who in dict.fromkeys([*known, *rows]):
        given = known.get(who) or Recipient(*who, rows[who][-1].email)
        found.append(_asked(work, loaded, given, rows.get(who, []), answered=bool(who[0]) and who[0] in answers))
    return found


def answered(work: Work, loaded: Loaded, stage: str) -> Mapping[tuple[str, str], tuple[int, int]]:
    """(answered, asked) for each (activity, form) of a stage where links were given out."""
    rows = select(PersonalLink).where(PersonalLink.programme == loaded.key, PersonalLink.stage == stage)
    people = defaultdict[tuple[str, str], dict[tuple[str, str], bool]](dict)
    for row in work.session.exec(rows.where(col(PersonalLink.revoked_at).is_(None))):
        who, of = (row.subject, row.name or ""), people[row.activity, row.form]
        of[who] = of.get(who, False) or row.answered_at is not None
    return {place: (sum(of.values()), len(of)) for place, of in people.items()}


def revoke(work: Work, key: str, place: Place, form_code: str, people: Iterable[tuple[str, str]]) -> int:
    """Closes every link of these (subject, name) that is not answered; returns how many people it concerns."""
    _known(work, key, place, form_code, Action.WORK)
    wanted, closed = set(people), set[tuple[str, str]]()
    for row in _rows(work, key, place, form_code):
        who = (row.subject, row.name or "")
        if who in wanted and row.revoked_at is None and row.answered_at is None:
            row.revoked_at = work.now
            work.session.add(row)
            closed.add(who)
    for _, name in closed:
        work.audit(f"link:{form_code}", programme=key, old="created", new="revoked", why=name)
    return len(closed)


def send(work: Work, key: str, place: Place, form_code: str, people: Iterable[Recipient], *, days: int = USUAL) -> int:
    """Queues a letter with a link for everybody whose address is known; returns how many."""
    _known(work, key, place, form_code, Action.WORK)
    count = 0
    for each in people:
        if each.email is None:
            continue
        payload = {"programme": key, "stage": place[0], "activity": place[1], "form": form_code, "days": days}
        payload |= {"subject": each.subject, "name": each.name, "email": each.email, "by": work.actor.name}
        work.queue("link", f"link:{key}:{form_code}:{each.subject}:{each.email}:{work.now.isoformat()}", payload)
        count += 1
    if not count:
        raise VekhaError(problem("link.no_addresses"))
    return count


# --- for the one who answers ------------------------------------------------------------------------------------------


def opened(work: Work, token: str) -> Opened:
    """What a link leads to. Raises VekhaError link.unknown, link.answered, link.revoked, link.expired."""
    row = work.session.get(PersonalLink, digest(token))
    if row is None:
        raise VekhaError(problem("link.unknown"))
    state = _state(work.now, row)
    if state in (LinkState.ANSWERED, LinkState.REVOKED, LinkState.EXPIRED):
        raise VekhaError(problem(f"link.{state.value}", institution=_institution(work, row)))
    programme = work.session.get_one(Programme, row.programme)
    actor = Actor(
        name=text("link.actor", name=row.name or ""), grants=(Grant(role="curator", institution=programme.institution),)
    )
    work.actor = actor
    loaded = load(work, row.programme)
    return Opened(row, loaded, forms.form_of(loaded.type, row.form), actor)


def looked_at(work: Work, token: str) -> None:
    row = work.session.get(PersonalLink, digest(token))
    if row is not None and row.opened_at is None:
        row.opened_at = work.now
        work.session.add(row)


def took(work: Work, token: str, submission: int) -> None:
    """The answer has come: every link of the same person to the same form is answered by it."""
    row = work.session.get_one(PersonalLink, digest(token))
    for each in _rows(work, row.programme, (row.stage, row.activity), row.form):
        if (each.subject, each.name) == (row.subject, row.name) and each.answered_at is None:
            each.answered_at, each.submission = work.now, submission
            work.session.add(each)
    work.audit(f"link:{row.form}", programme=row.programme, old="created", new="answered", why=row.name)


def nameable(found: Opened) -> People:
    """Whom the page of a link may name: who it is about, and to a mentee the mentors. Nobody else is shown."""
    people, subject = found.loaded.now.people, found.row.subject
    pair = people.pairs.get(subject)
    shown = {subject} if pair is None else {*pair.mentors, *pair.mentees}
    if subject in people.persons and Role.MENTEE in people.persons[subject].standings:
        shown |= {each.code for each in people.registered(Role.MENTOR)}
    return People(
        persons={code: each for code, each in people.persons.items() if code in shown},
        pairs={code: each for code, each in people.pairs.items() if code == subject},
        employers={code: name for code, name in people.employers.items() if code == subject},
    )


# --- parts ------------------------------------------------------------------------------------------------------------


def place_of(work: Work, key: str, form_code: str, place: Place | None = None) -> Place:
    """The activity that collects a form, the first one where there are several. Raises VekhaError link.no_place."""
    loaded = load(work, key, Action.VIEW)
    if place is not None:
        return place
    for stage, activity in loaded.roadmap.rows():
        if any(use.code == form_code for use in activity.forms):
            return (stage.code, activity.code)
    raise VekhaError(problem("link.no_place", form=form_code))


def _known(work: Work, key: str, place: Place, form_code: str, action: Action) -> tuple[Loaded, type[Form]]:
    loaded = load(work, key, action)
    if place not in loaded.now.activities:
        known = ", ".join(each.code for each in loaded.now.of_stage(place[0]))
        raise VekhaError(problem("activity.unknown", activity=place[1], known=known))
    form = forms.form_of(loaded.type, form_code)
    if not can_be_asked(form):
        raise VekhaError(problem("link.not_for_outsiders", form.title))
    return loaded, form


def _use(loaded: Loaded, place: Place, form: str) -> Any:
    if loaded.now.activities[place].own:
        return None
    return next((use for use in loaded.roadmap.activity(*place).forms if use.code == form), None)


def _rows(work: Work, key: str, place: Place, form: str) -> Sequence[PersonalLink]:
    rows = select(PersonalLink).where(PersonalLink.programme == key, PersonalLink.form == form)
    rows = rows.where(PersonalLink.stage == place[0], PersonalLink.activity == place[1])
    return work.session.exec(rows.order_by(col(PersonalLink.created_at), col(PersonalLink.token))).all()


def _asked(work: Work, loaded: Loaded, who: Recipient, rows: Sequence[PersonalLink], *, answered: bool) -> Asked:
    """The newest link tells how it stands; an answer that came another way is an answer."""
    about = about_words(loaded, who.subject)
    if not rows:
        state = LinkState.ANSWERED if answered else None
        return Asked(subject=who.subject, name=who.name, about=about, email=who.email, state=state)
    states = [_state(work.now, row) for row in rows]
    return Asked(
        subject=who.subject,
        name=who.name,
        about=about,
        email=who.email or rows[-1].email,
        state=LinkState.ANSWERED if answered or LinkState.ANSWERED in states else states[-1],
        made=rows[-1].created_at,
        mailed=max((row.mailed_at for row in rows if row.mailed_at), default=None),
        expires=rows[-1].expires_at,
        answered=max((row.answered_at for row in rows if row.answered_at), default=None),
    )


def _state(now: dt.datetime, row: PersonalLink) -> LinkState:
    names = ("expires_at", "opened_at", "answered_at", "revoked_at")
    return state_of(now, **{name: getattr(row, name) for name in names})


def _institution(work: Work, row: PersonalLink) -> str:
    return institution_of(work.session, work.session.get_one(Programme, row.programme).institution).short_title
