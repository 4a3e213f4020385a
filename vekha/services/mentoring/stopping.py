"""Work stops where a consent to processing is gone: withdrawn by a command, or past its last day on the round."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import exists
from sqlmodel import col, select, update

from vekha.domain.ages import years_before
from vekha.domain.campaign import ProgrammeState
from vekha.domain.meetings import MeetingState
from vekha.domain.people import ADULT, People, Purpose, Role, Standing
from vekha.domain.programme import name_of
from vekha.domain.reminders import News
from vekha.domain.stopping import Stopped, stop, stopped
from vekha.services.delivery.at_once import tell_curators
from vekha.services.process.programmes import Loaded, load
from vekha.services.work import EARLIEST_TZ, Work
from vekha.storage.tables import Consent, Pair, PairMember, Participation, Person, PlannedMeeting, Programme
from vekha.texts import text


def everywhere(work: Work, institution: str, person: str) -> Iterator[Loaded]:
    """Every programme that is not over in which somebody of the institution takes part; locked in the order of keys."""
    work.session.flush()
    rows = (
        select(Participation.programme)
        .join(Programme, col(Programme.key) == col(Participation.programme))
        .where(Programme.institution == institution, Participation.person == person)
        .where(col(Programme.state).in_((ProgrammeState.RUNNING, ProgrammeState.PAUSED)))
        .distinct()
    )
    for key in sorted(work.session.exec(rows)):
        yield load(work, key)


def write(work: Work, loaded: Loaded, person: str, known: People, on: dt.date, why: str) -> Stopped:
    """Ends what has to end for one person; `known` are the people as they are without the consent."""
    what = stopped(known, person, on)
    for role in what.roles:
        _leave_role(work, loaded, person, role, why)
    for pair in what.ended:
        _end_pair(work, loaded, pair, on, why)
    for pair in what.left:
        work.session.delete(work.session.get_one(PairMember, (loaded.key, pair, person)))
        work.audit(f"pair:{pair}", programme=loaded.key, old=person, new="left", why=why)
    loaded.now = replace(loaded.now, people=stop(known, person, what))
    return what


def _leave_role(work: Work, loaded: Loaded, person: str, role: Role, why: str) -> None:
    row = work.session.get_one(Participation, (loaded.key, person, role))
    old, row.standing, row.reason = row.standing, Standing.WITHDRAWN, why
    work.session.add(row)
    work.audit(f"person:{person}", programme=loaded.key, old=f"{role}:{old}", new=f"{role}:withdrawn", why=why)


def _end_pair(work: Work, loaded: Loaded, pair: str, on: dt.date, why: str) -> None:
    row = work.session.get_one(Pair, (loaded.key, pair))
    row.ended_on, row.end_reason = max(on, row.starts), why
    work.session.add(row)
    ahead = update(PlannedMeeting).where(col(PlannedMeeting.programme) == loaded.key, col(PlannedMeeting.pair) == pair)
    ahead = ahead.where(col(PlannedMeeting.state) == MeetingState.PLANNED)
    work.session.execute(ahead.values(state=MeetingState.CANCELLED, reason=why))
    work.audit(f"pair:{pair}", programme=loaded.key, old="active", new="ended", why=why)


def end_everywhere(
    work: Work, institution: str, person: str, change: Callable[[People], People], on: dt.date, kind: str
) -> None:
    """Ends somebody's work in every programme that is not over, and tells the curator at once.

    `change` makes of the people those without the consent; `kind` says why: a key of `reminder.news`.
    """
    news: list[News] = []
    for each in everywhere(work, institution, person):
        people = each.now.people
        what = write(work, each, person, change(people), on, text(f"process.{kind}"))
        news.append(_news(each, people, person, what, kind))
    tell_curators(work, institution, news)


def _news(loaded: Loaded, people: People, person: str, what: Stopped, kind: str) -> News:
    """What ended, by the names as they were before."""
    said = [text(f"process.stopped.{role.value}") for role in what.roles]
    said += [text("process.stopped.ended", pair=name_of(each, people)) for each in what.ended]
    said += [text("process.stopped.left", pair=name_of(each, people)) for each in what.left]
    return News(
        kind=kind,
        programme=loaded.key,
        institution=loaded.institution.short_title,
        title=people.persons[person].name,
        words="; ".join(said) or text("process.stopped.nothing"),
        path="/consents",
    )


def tell_of_publication(work: Work, loaded: Loaded, person: str) -> None:
    """The page forgets somebody by itself; boards, other sites and the like are for people."""
    news = News(
        kind="publication_withdrawn",
        programme=loaded.key,
        institution=loaded.institution.short_title,
        title=loaded.now.people.persons[person].name,
        words=text("process.stopped.publication"),
        path="/consents",
    )
    tell_curators(work, loaded.programme.institution, [news])


def born(work: Work, institution: str, person: str, old: dt.date | None, new: dt.date | None) -> None:
    """A birth date has become known or was corrected: one's own consent is not enough for somebody who is a minor."""

    def with_date(people: People, birth_date: dt.date | None) -> People:
        fact = replace(people.persons[person], birth_date=birth_date)
        return replace(people, persons={**people.persons, person: fact})

    young: list[Loaded] = []
    for each in everywhere(work, institution, person):
        today = each.now.today
        before, after = (with_date(each.now.people, date) for date in (old, new))
        held, holds = (known.persons[person].consented(Purpose.PROCESSING, today) for known in (before, after))
        each.now = replace(each.now, people=after)
        young += [each] if held and not holds else []
    if young:
        today = young[0].now.today
        end_everywhere(work, institution, person, lambda people: with_date(people, new), today, "minor_found")


def without_consent(work: Work, institution: str, person: str) -> None:
    """Ends the work of somebody who stands in a register or a pair and has no consent, as after two entries were made
    one."""
    news: list[News] = []
    for each in everywhere(work, institution, person):
        people, today = each.now.people, each.now.today
        registered = Standing.REGISTERED in people.persons[person].standings.values()
        paired = any(person in (*pair.mentors, *pair.mentees) for pair in people.active_pairs)
        if (registered or paired) and not people.persons[person].consented(Purpose.PROCESSING, today):
            what = write(work, each, person, people, today, text("process.merged"))
            news.append(_news(each, people, person, what, "consent_lapsed"))
    tell_curators(work, institution, news)


# --- the round --------------------------------------------------------------------------------------------------------


def lapsed(work: Work) -> Sequence[tuple[str, str]]:
    """(programme, person) of programmes not over where somebody registered may have no consent in force any more.

    By the latest day that it is anywhere; the programme's own day decides.
    """
    today = (work.now + EARLIEST_TZ).date()
    grown_up = col(Person.birth_date).is_(None) | (col(Person.birth_date) <= years_before(today, ADULT))
    in_force = exists().where(
        col(Consent.institution) == col(Programme.institution),
        col(Consent.guardian).is_not(None) | grown_up,  # what a minor has signed alone is none
        col(Consent.person) == col(Participation.person),
        col(Consent.purpose) == Purpose.PROCESSING,
        col(Consent.until) >= today,
        col(Consent.withdrawn_on).is_(None),
    )
    rows = (
        select(Participation.programme, Participation.person)
        .join(Programme, col(Programme.key) == col(Participation.programme))
        .join(
            Person,
            (col(Person.institution) == col(Programme.institution)) & (col(Person.code) == col(Participation.person)),
        )
        .where(Participation.standing == Standing.REGISTERED, ~in_force)
        .where(col(Programme.state).in_((ProgrammeState.RUNNING, ProgrammeState.PAUSED)))
        .distinct()
        .order_by(col(Participation.programme), col(Participation.person))
    )
    return work.session.exec(rows).all()


def stop_lapsed(work: Work, key: str, person: str) -> bool:
    """Whether somebody's work stopped because the consent is past its last day."""
    loaded = load(work, key)
    people = loaded.now.people
    what = write(work, loaded, person, people, loaded.now.today, text("process.consent_lapsed"))
    if what:
        news = _news(loaded, people, person, what, "consent_lapsed")
        tell_curators(work, loaded.programme.institution, [news])
    return bool(what)
