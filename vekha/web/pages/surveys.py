"""«Опросы»: what a programme asks many, how far it is, what it came to; links, letters, slips, XLSX."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError
from vekha.domain.surveys import LEAST, Audience, Moment
from vekha.services.access.accounts import Visitor
from vekha.services.process.programmes import load
from vekha.services.surveys import asking, letters, life, results, sheet, workbook
from vekha.services.surveys.asking import Made
from vekha.services.surveys.audience import Candidate
from vekha.services.surveys.life import SurveyData
from vekha.services.work import Work
from vekha.texts import text
from vekha.web import downloads
from vekha.web.kept import Lasting
from vekha.web.pages.pairs import may_work
from vekha.web.parsing import day_of, maybe_day
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing

router = APIRouter(prefix="/programmes/{key}/surveys", route_class=Lasting)
REFUSED_WHOLE = ("access.denied", "programme.unknown", "survey.unknown", "programme.cancelled")
LONGEST_NAMES = 100  # lines of people typed in at once
DONE = ("created", "mail", "remind", "revoke", "days", "closed", "cancelled")


class Typed(BaseModel):
    """A new survey as typed into the page."""

    form: str = Field(default="", max_length=100)
    moment: str = Field(default="", max_length=20)
    audience: list[str] = Field(default_factory=list, max_length=len(Audience))
    opens: str = Field(default="", max_length=20)
    closes: str = Field(default="", max_length=20)


class Asked(BaseModel):
    """Who was ticked and typed in, and what to do with them."""

    chosen: list[str] = Field(default_factory=list, max_length=5000)
    names: str = Field(default="", max_length=20_000)
    what: str = Field(default="show", alias="_do", pattern="^(show|print|mail|revoke)$")


@router.get("")
def every(request: Request, work: Reading, key: str, done: str = "") -> HTMLResponse:
    return _list(request, work, key, done=done)


@router.post("")
def create(request: Request, who: CurrentVisitor, key: str, typed: Annotated[Typed, Form()]) -> Response:
    def change(work: Work) -> int:
        opens, closes = maybe_day(typed.opens), maybe_day(typed.closes)
        data = SurveyData(form=typed.form, audiences=typed.audience, moment=typed.moment, opens=opens, closes=closes)
        return life.create(work, key, data)

    try:
        number = writing(request, who, change)
    except VekhaError as refusal:
        return _again(request, who, refusal, lambda work, why: _list(request, work, key, typed, why))
    return RedirectResponse(f"/programmes/{key}/surveys/{number}?done=created", status_code=303)


@router.get("/{number}")
def show(request: Request, work: Reading, key: str, number: int, done: str = "") -> HTMLResponse:
    return _page(request, work, key, number, done=done)


@router.post("/{number}/ask")
def ask(request: Request, who: CurrentVisitor, key: str, number: int, typed: Annotated[Asked, Form()]) -> Response:
    """«Показать», «Распечатать», «Отправить письмом», «Отозвать» for the people ticked."""

    def change(work: Work) -> Response:
        if typed.what == "revoke":
            asking.revoke(work, key, number, typed.chosen)
            return _back(key, number, "revoke")
        survey = life.known(work, key, number)
        people = asking.chosen(work, survey, typed.chosen, _named(survey.row.audiences, typed.names))
        if typed.what == "mail":
            asking.send(work, key, number, people)
            return _back(key, number, "mail")
        made = asking.invite(work, key, number, people)
        if typed.what == "print":
            return _printed(request, work, survey, made)
        return _page(request, work, key, number, made=made, ticked=typed.chosen)

    return _do(request, who, key, number, change, ticked=typed.chosen)


@router.post("/{number}/slips")
def slips(
    request: Request,
    who: CurrentVisitor,
    key: str,
    number: int,
    audience: Annotated[str, Form(max_length=20)],
    count: Annotated[int, Form()],
) -> Response:
    def change(work: Work) -> Response:
        made = asking.slips(work, key, number, audience, count)
        return _printed(request, work, life.known(work, key, number), made)

    return _do(request, who, key, number, change)


@router.post("/{number}/remind")
def remind(request: Request, who: CurrentVisitor, key: str, number: int) -> Response:
    return _do(request, who, key, number, lambda work: asking.remind(work, key, number), "remind")


@router.post("/{number}/days")
def days(
    request: Request, who: CurrentVisitor, key: str, number: int, closes: Annotated[str, Form(max_length=20)]
) -> Response:
    return _do(request, who, key, number, lambda work: life.lasts_until(work, key, number, day_of(closes)), "days")


@router.post("/{number}/close")
def close(request: Request, who: CurrentVisitor, key: str, number: int) -> Response:
    return _do(request, who, key, number, lambda work: life.close(work, key, number), "closed")


@router.post("/{number}/cancel")
def cancel(request: Request, who: CurrentVisitor, key: str, number: int) -> Response:
    answer = _do(request, who, key, number, lambda work: life.cancel(work, key, number), "cancelled")
    if answer.status_code == 303:
        return RedirectResponse(f"/programmes/{key}/surveys?done=cancelled", status_code=303)
    return answer


@router.get("/{number}/results.xlsx")
def results_xlsx(work: Reading, key: str, number: int) -> Response:
    found = results.results(work, key, number)
    effects = results.effects_to_read(work, found.survey.loaded)
    return downloads.workbook(text("survey.sheet.title"), workbook.tables(found, effects))


# --- parts ------------------------------------------------------------------------------------------------------------


def _named(audiences: list[str], names: str) -> list[Candidate]:
    """People typed in, a line each: a name, and a mail address after a comma. They belong to those who work here."""
    group = Audience.TEACHERS if Audience.TEACHERS in audiences else Audience(audiences[0])
    found: list[Candidate] = []
    for line in names.splitlines()[:LONGEST_NAMES]:
        name, _, email = (part.strip() for part in line.partition(","))
        if name:
            found.append(Candidate(group, "", name[:200], email if "@" in email else None))
    return found


def _printed(request: Request, work: Work, survey: life.Known, made: list[Made]) -> Response:
    content = letters.slips_pdf(work, survey, made, _base(request))
    return downloads.attachment(content, f"{text('survey.slips.title')}.pdf", "application/pdf")


def _base(request: Request) -> str:
    return app_of(request).settings.public_url or str(request.base_url)


def _back(key: str, number: int, done: str) -> RedirectResponse:
    return RedirectResponse(f"/programmes/{key}/surveys/{number}?done={done}", status_code=303)


def _do(
    request: Request,
    who: Visitor,
    key: str,
    number: int,
    change: Callable[[Work], Any],
    done: str = "",
    ticked: Sequence[str] = (),
) -> Response:
    """Does it and leads back to the page; a refusal is the same page with the reasons above and the same people."""
    try:
        answer = writing(request, who, change)
    except VekhaError as refusal:
        return _again(
            request, who, refusal, lambda work, why: _page(request, work, key, number, problems=why, ticked=ticked)
        )
    return answer if isinstance(answer, Response) else _back(key, number, done)


def _again(
    request: Request, who: Visitor, refusal: VekhaError, shown: Callable[[Work, tuple[Problem, ...]], HTMLResponse]
) -> HTMLResponse:
    if any(each.code in REFUSED_WHOLE for each in refusal.problems):
        raise refusal
    with app_of(request).work(who.actor, writes=False) as work:
        return shown(work, refusal.problems)


def _list(
    request: Request,
    work: Work,
    key: str,
    typed: Typed | None = None,
    problems: tuple[Problem, ...] = (),
    done: str = "",
) -> HTMLResponse:
    loaded = load(work, key, Action.VIEW)
    forms = life.survey_forms(loaded.type)
    known = {each for form in forms if form.survey for each in form.survey.audience}
    return page(
        request,
        "curator/surveys.html",
        status=422 if problems else 200,
        found=sheet.overview(work, key),
        forms=forms,
        typed=typed or Typed(),
        moments=[each.value for each in Moment if each],
        audiences=[each.value for each in Audience if each in known],
        opens=loaded.now.today.isoformat(),
        closes=(loaded.now.today + life.USUAL).isoformat(),
        may_work=may_work(work, loaded),
        problems=problems,
        least=LEAST,
        done=done if done in DONE else "",
    )


def _page(  # noqa: PLR0913 — each is a part of one page
    request: Request,
    work: Work,
    key: str,
    number: int,
    *,
    made: list[Made] | None = None,
    problems: tuple[Problem, ...] = (),
    done: str = "",
    ticked: Sequence[str] = (),
) -> HTMLResponse:
    """`ticked` stay chosen: whose links are on the screen can be printed next."""
    found = sheet.sheet(work, key, number)
    return page(
        request,
        "curator/survey.html",
        status=422 if problems else 200,
        sheet=found,
        survey=found.survey.row,
        state=found.survey.state.value,
        form=found.survey.form,
        key=key,
        here=f"/programmes/{key}/surveys/{number}",
        may_work=may_work(work, found.survey.loaded),
        mail=bool(app_of(request).settings.smtp_host),
        made=[(each, each.address(_base(request))) for each in made or ()],
        note=workbook.note_of(found.results),
        least=LEAST,
        ticked=ticked,
        problems=problems,
        done=done if done in DONE else "",
    )
