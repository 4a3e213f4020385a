"""A region in the middle of its school year: for pictures of the console and for tests that walk through its pages.

Some institutions keep up, some lag, one has stood still since the summer. The first school's documents are printed for
real; the others' exist without their PDFs. The same day gives the same region.
"""

import datetime as dt
from dataclasses import dataclass

from vekha.bootstrap import App
from vekha.domain.access import Actor, Grant
from vekha.domain.reflections import Answer
from vekha.forms.base import SampleRequest
from vekha.forms.cast import Cast
from vekha.services.access import accounts
from vekha.services.dates import extensions
from vekha.services.launch import campaigns
from vekha.services.mentoring import meetings, reflections
from vekha.services.office import packs, prints
from vekha.services.process import stages
from vekha.services.process.programmes import load
from vekha.services.region import institutions
from vekha.services.surveys import answering, asking, life
from vekha.services.work import Work
from vekha.simulation import reported
from vekha.simulation.clock import VirtualClock
from vekha.simulation.demo import Desk
from vekha.simulation.institution import REGION, REGION_TITLE, TIMEZONE, add_invented
from vekha.simulation.journey import Journey, acting, next_monday
from vekha.simulation.region import file_without_pdf
from vekha.texts import text

DAY = dt.date(2026, 10, 14)
CAMPAIGN = "mentoring-2026"
TYPES = ("school", "college", "kindergarten")
MUNICIPALITIES = ("Озёрск", "Лесной район", "Заречье")
WEEK = dt.timedelta(days=7)
SURVEYS = ("feedback", "programme_opinion")  # of the first institution, numbers 1 and 2
SLOW = (0, 3, 2)  # every so-many-th activity late: nobody's, some, many
PASSWORD = "четыре зелёных трамвая"  # noqa: S105 — of invented people in a throw-away region
NAMES = {
    "administrator": "Администратор",
    "operator": "Сафина Гульнара Маратовна",
    "municipal_curator": "Белов Андрей Петрович",
    "curator": "Гарипова Лилия Рустамовна",
}
ROOT = Actor(name="Администратор", grants=(Grant(role="administrator"),))


@dataclass(frozen=True, slots=True)
class Showcase:
    """What was made: programmes' keys, logins by role (the password is `PASSWORD`), secrets of links by kind."""

    programmes: tuple[str, ...]
    logins: dict[str, str]
    links: dict[str, str]


def settle(app: App, clock: VirtualClock, *, each: int = 4, day: dt.date = DAY) -> Showcase:
    """Fills an empty installation: `each` institutions of every type, lived through until `day`."""
    clock.day = dt.date(day.year, 3, 2)
    app.prepare()
    with app.work() as work:
        institutions.add_region(work, REGION, REGION_TITLE, TIMEZONE)
        casts = dict(
            add_invented(work, kind, index, MUNICIPALITIES[index % len(MUNICIPALITIES)])
            for index in range(each)
            for kind in TYPES
        )
    _launch(app, day.year, list(casts))
    journeys = [_journey(number, code, cast, day) for number, (code, cast) in enumerate(casts.items())]
    for journey in journeys:
        with app.work() as work:
            journey.start(work)
    surveys = [_planned(app, journeys[0], form, day) for form in SURVEYS]
    _live(app, clock, journeys, day)
    asked = [_answered(app, journeys[0], number) for number in surveys]
    for late, _ in _laggards(journeys, day):
        _ask_for_time(app, late, day)
    institutions_of = [each.institution for each in journeys]
    reported.report(app, [each.programme for each in journeys], institutions_of, journeys[0].staff("curator"), day)
    logins = _people(app, journeys[0])
    with app.work(ROOT) as work:
        place = Grant(role="curator", region=REGION, institution=journeys[1].institution)
        links = {"invitation": accounts.invite(work, "new@vekha.example", NAMES["curator"], place), "survey": asked[0]}
    links["reflection"] = _reflected(app, journeys[0], day)
    return Showcase(tuple(journey.programme for journey in journeys), logins, links)


def _reflected(app: App, first: Journey, day: dt.date) -> str:
    """The first pair has met today; one of them asks for the curator, the link of the other is still open."""
    with app.work() as work, acting(work, first.staff("curator")):
        pair = load(work, first.programme).now.people.active_pairs[0]
        [serial, *_] = meetings.plan(work, first.programme, pair.code, [day], meetings.Details(kind="trial"))
        people = (*pair.mentors, *pair.mentees)
        held = meetings.hold(work, first.programme, serial, on=day, present=people, minutes=45)
        mentor, mentee = reflections.ask(work, first.programme, held).made[:2]
        given = Answer(useful=3, words=text("demo.pairs.said_trouble"), wants_curator=True)
    with app.work() as work:
        reflections.answer(work, mentee.token, given)
    return mentor.token


def _launch(app: App, year: int, codes: list[str]) -> None:
    title = text("demo.campaign", year=year)
    with app.work() as work:
        campaigns.create(work, campaigns.CampaignData(code=CAMPAIGN, title=title, region=REGION, year=year))
        campaigns.launch_batch(work, CAMPAIGN, codes)
        campaigns.finish_launch(work, CAMPAIGN)


def _journey(number: int, code: str, cast: Cast, day: dt.date) -> Journey:
    issue = Desk(cast.staff["director"].name) if number == 0 else file_without_pdf
    return Journey(
        programme=f"{code}-{day.year}",
        institution=code,
        cast=cast,
        issue=issue,
        late_every=SLOW[number % len(SLOW)],
        together=number == 0,
    )


def _live(app: App, clock: VirtualClock, journeys: list[Journey], day: dt.date) -> None:
    """Week by week, the laggards until the day on which they stop."""
    stops = {late.programme: since for late, since in _laggards(journeys, day)}
    while days := [
        next_day
        for journey in journeys
        if (next_day := journey.next_day) is not None and next_day <= stops.get(journey.programme, day)
    ]:
        clock.day = max(clock.day, min(days))
        for journey in journeys:
            if journey.next_day is not None and journey.next_day <= min(clock.day, stops.get(journey.programme, day)):
                _one_round(app, clock, journey, printing=journey is journeys[0])
    clock.day = day
    for journey in journeys:
        with app.work() as work:
            stages.open_due(work, journey.programme)


def _laggards(journeys: list[Journey], day: dt.date) -> list[tuple[Journey, dt.date]]:
    """The last institution has done nothing since July, a school since September; never the first one, whose people act
    in everything that is shown."""
    stops = ((journeys[-1], dt.date(day.year, 7, 6)), (journeys[-3], dt.date(day.year, 9, 7)))
    return [(late, since) for late, since in stops if late is not journeys[0]]


def _one_round(app: App, clock: VirtualClock, journey: Journey, *, printing: bool) -> None:
    with app.work() as work:
        asked = journey.live(work)
    for stage in asked:
        with app.work() as work:
            pack = _pack(work, journey.programme, stage) if printing else ""
            stages.finish_closing(work, journey.programme, stage, pack=pack)
        journey.again(next_monday(clock.day + dt.timedelta(days=1)))


def _pack(work: Work, key: str, stage: str) -> str:
    for document in packs.documents_to_print(work, key, stage):
        prints.render(work, document)
    return packs.file_pack(work, key, stage)


def _ask_for_time(app: App, late: Journey, day: dt.date) -> None:
    """Somebody who lags asks the operator for two more weeks."""
    with app.work() as work, acting(work, late.staff("curator")):
        stage = next(each for each in stages.status(work, late.programme) if each.days_late and not each.closed_on)
        extensions.ask(work, late.programme, stage.code, "", day + 2 * WEEK, text("demo.extension_reason"))


def _planned(app: App, first: Journey, form: str, day: dt.date) -> int:
    """A survey of the first institution: the earliest ones, so that their numbers are known."""
    with app.work() as work, acting(work, first.staff("curator")):
        return life.create(work, first.programme, life.SurveyData(form=form, opens=day - WEEK, closes=day + WEEK))


def _answered(app: App, first: Journey, number: int) -> str:
    """Everybody is asked and all but one answer; an anonymous survey is closed. The link of the one who has not."""
    with app.work() as work, acting(work, first.staff("curator")):
        survey = life.known(work, first.programme, number)
        made = asking.invite(work, first.programme, number, asking.waited_for(work, survey))
        loaded = survey.loaded
    with app.work() as work:
        for serial, each in enumerate(made[:-1]):
            subject = answering.opened(work, each.token).asked.subject
            request = SampleRequest(
                today=loaded.now.today,
                cycle_starts=loaded.programme.cycle_starts,
                cycle_ends=loaded.programme.cycle_ends,
                serial=serial,
                subject=subject,
                people=loaded.now.people,
                cast=first.cast,
            )
            answering.answer(work, each.token, survey.form.sample(request))
    if survey.row.anonymous:
        with app.work() as work, acting(work, first.staff("curator")):
            life.close(work, first.programme, number)
    return made[-1].token


def _people(app: App, first: Journey) -> dict[str, str]:
    """An account for each role; those of an institution belong to the first school."""
    place = {"region": REGION, "institution": first.institution}
    grants = {
        "administrator": Grant(role="administrator"),
        "operator": Grant(role="operator", region=REGION),
        "municipal_curator": Grant(role="municipal_curator", region=REGION, municipality=MUNICIPALITIES[0]),
        "director": Grant(role="director", **place),
        "curator": Grant(role="curator", **place),
    }
    names = NAMES | {role: first.cast.staff[role].name for role in ("director", "curator")}
    logins = {role: f"{role.replace('_', '-')}@vekha.example" for role in grants}
    for role, grant in grants.items():
        with app.work(ROOT) as work:
            accounts.accept(work, accounts.invite(work, logins[role], names[role], grant), PASSWORD)
    return logins
