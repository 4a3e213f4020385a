"""One institution: its programmes with the reasons why stages are not closed, whom to call, what happened lately."""

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from vekha.domain.programme import StageState
from vekha.services.access.watching import may_watch
from vekha.services.process.stage_sheet import Step
from vekha.services.watch.dossier import Course, dossier
from vekha.texts import section, text
from vekha.web.gantt import Bar, Drawing, draw
from vekha.web.rendering import page, span
from vekha.web.trail_words import reason, sentence, who
from vekha.web.visitors import Reading
from vekha.web.wording import left_of, step_words

router = APIRouter()
REASONS = 4  # shown of a stage; the rest stand on its page


@router.get("/institutions/{code}")
def show(request: Request, work: Reading, code: str) -> HTMLResponse:
    found = dossier(work, code)
    kind = work.tools.registry.type(found.institution.type)

    def reasons(course: Course, stage: str) -> list[str]:
        """Sentences about what the stage lacks."""
        return [left_of(each, course.sheets[stage], kind).sentence for each in course.lacking.get(stage, ())]

    return page(
        request,
        "operator/dossier.html",
        found=found,
        kind=kind,
        states=section("process.programme_state"),
        roles=section("web.roles"),
        reasons=reasons,
        shown=REASONS,
        step_words=step_words,
        drawing_of=lambda course: _drawing(course.sheet.steps, found.today),
        staff=_staff(found.institution.staff, work.tools.registry.roadmap(kind.code).roles),
        may_watch=may_watch(work, found.institution.region),
        say={"sentence": sentence, "reason": reason, "who": who},
    )


def _drawing(steps: tuple[Step, ...], today: dt.date) -> Drawing | None:
    bars = [
        Bar(
            f"{each.number}. {each.title}",
            text("web.dossier.told", dates=span(each.opens, each.due), state=step_words(each)),
            each.opens,
            each.due,
            each.look,
            1.0 if each.state is StageState.CLOSED else 0.0,
        )
        for each in steps
    ]
    return draw(bars, today)


def _staff(staff: dict[str, dict[str, str]], roles: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """What each is called, and who it is; those known by name only."""
    titles = {**section("web.roles"), **roles}
    return [
        (
            titles.get(role, told.get("position", "")),
            {name: told.get(name) or "" for name in ("name", "position", "email")},
        )
        for role, told in staff.items()
        if isinstance(told, dict) and told.get("name")
    ]
