"""A stage as a checklist, and «Завершить этап»: every change is one form post that shows the same page again."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vekha.domain.access import Action
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.programme import StageState
from vekha.services.access.accounts import Visitor
from vekha.services.dates import extensions
from vekha.services.mentoring import links
from vekha.services.mentoring.askings import can_be_asked
from vekha.services.process import activities, stages
from vekha.services.process.programmes import load
from vekha.services.process.stage_sheet import Lacking, current_stage, sheet
from vekha.services.watch.queue import dispatcher_at_work
from vekha.services.work import Work
from vekha.web.kept import Lasting
from vekha.web.parsing import day_of
from vekha.web.rendering import page
from vekha.web.visitors import CurrentVisitor, Reading, app_of, writing
from vekha.web.wording import left_of, step_words

router = APIRouter(prefix="/programmes/{key}", route_class=Lasting)
Text = Annotated[str, Form()]
OptionalText = Annotated[str, Form()]


@router.get("")
def programme(work: Reading, key: str) -> Response:
    """The programme's page is the stage that matters now."""
    return RedirectResponse(_address(key, current_stage(work, key)), status_code=303)


@router.get("/stages/{stage}")
def show(request: Request, work: Reading, key: str, stage: str) -> Response:
    return stage_page(request, work, key, stage)


@router.get("/stages/{stage}/progress")
def progress(
    request: Request, work: Reading, key: str, stage: str, *, told: bool = False, down: bool = False
) -> Response:
    """For the page that waits: nothing while the pack is being made, else the page."""
    found = sheet(work, key, stage)
    if found.step.state is StageState.CLOSING and (bool(found.row.error), not dispatcher_at_work(work)) == (told, down):
        return Response(status_code=204)
    return stage_page(request, work, key, stage)


@router.post("/stages/{stage}/complete")
def complete(request: Request, who: CurrentVisitor, key: str, stage: str) -> Response:
    return _change(request, who, key, stage, lambda work: stages.complete(work, key, stage))


@router.post("/stages/{stage}/withdraw")
def withdraw(request: Request, who: CurrentVisitor, key: str, stage: str) -> Response:
    return _change(request, who, key, stage, lambda work: stages.withdraw(work, key, stage))


@router.post("/stages/{stage}/reopen")
def reopen(request: Request, who: CurrentVisitor, key: str, stage: str, reason: OptionalText = "") -> Response:
    return _change(
        request, who, key, stage, lambda work: stages.reopen(work, key, stage, reason), said={"reason": reason}
    )


@router.post("/stages/{stage}/extension")
def ask_for_time(
    request: Request,
    who: CurrentVisitor,
    key: str,
    stage: str,
    *,
    wanted: Text,
    reason: OptionalText = "",
    activity: OptionalText = "",
) -> Response:
    """More time for the whole stage or, when one is named, for an activity of it."""

    def ask(work: Work) -> None:
        extensions.ask(work, key, stage, activity, day_of(wanted), reason)

    said = {"wanted": wanted, "reason": reason, "activity": activity}
    return _change(request, who, key, stage, ask, activity, said)


@router.get("/stages/{stage}/pack")
def pack(work: Reading, key: str, stage: str) -> Response:
    """The documents of a closed stage in one archive."""
    row = load(work, key, Action.VIEW).stages.get(stage)
    if row is None or row.pack is None:
        return Response(status_code=404)
    content = work.tools.files.get(row.pack)
    headers = {"Content-Disposition": f'attachment; filename="{key}-{stage}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


# --- activities -------------------------------------------------------------------------------------------------------


@router.post("/stages/{stage}/activities/{activity}/done")
def done(request: Request, who: CurrentVisitor, key: str, stage: str, activity: str) -> Response:
    return _change(request, who, key, stage, lambda work: activities.done(work, key, stage, activity), activity)


@router.post("/stages/{stage}/activities/{activity}/waive")
def waive(
    request: Request, who: CurrentVisitor, key: str, stage: str, activity: str, reason: OptionalText = ""
) -> Response:
    def change(work: Work) -> None:
        activities.waive(work, key, stage, activity, reason)

    return _change(request, who, key, stage, change, activity, {"reason": reason})


@router.post("/stages/{stage}/activities/{activity}/reopen")
def reopen_activity(
    request: Request, who: CurrentVisitor, key: str, stage: str, activity: str, reason: OptionalText = ""
) -> Response:
    def change(work: Work) -> None:
        activities.reopen(work, key, stage, activity, reason)

    return _change(request, who, key, stage, change, activity, {"reason": reason})


@router.post("/stages/{stage}/activities")
def add(
    request: Request,
    who: CurrentVisitor,
    key: str,
    stage: str,
    *,
    title: OptionalText = "",
    due: OptionalText = "",
    required: Annotated[bool, Form()] = False,
) -> Response:
    """An activity of one's own; its code is nobody's business."""
    code = f"own_{secrets.token_hex(4)}"

    def change(work: Work) -> None:
        if not title.strip():
            raise VekhaError(problem("web.title_needed"))
        activities.add(work, key, stage, code, title.strip()[:300], day_of(due), required=required)

    return _change(request, who, key, stage, change, code, {"title": title, "due": due})


# --- parts ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, and for which activity; `said` is what was typed in the form `at`, to stand there again."""

    activity: str
    problems: tuple[Problem, ...]
    at: str = ""
    said: Mapping[str, str] = field(default_factory=dict[str, str])


def stage_page(request: Request, work: Work, key: str, stage: str, refused: Refused | None = None) -> Response:
    """The page; after a refusal with what an activity lacks as sentences with links, and the other reasons."""
    found = sheet(work, key, stage)
    problems = refused.problems if refused else ()
    lacking = tuple(each for each in problems if each.code.startswith(("gate.", "people.")))
    known = refused is not None and any(each.now.code == refused.activity for each in found.lines)
    kind = load(work, key, Action.VIEW).type
    return page(
        request,
        "curator/stage.html",
        status=422 if refused else 200,
        sheet=found,
        base=_address(key, stage),
        left=[left_of(each, found, kind) for each in found.lacking],
        step_words=step_words,
        more_time=extensions.asked_at(work, key, stage),
        institution_code=load(work, key, Action.VIEW).institution.code,
        down=found.step.state is StageState.CLOSING and not dispatcher_at_work(work),
        asked=links.answered(work, load(work, key, Action.VIEW), stage),
        outsiders=[form.code for form in kind.forms if can_be_asked(form)],
        wanting=[left_of(Lacking(refused.activity, each), found, kind) for each in lacking]
        if refused and known
        else (),
        problems=tuple(each for each in problems if each not in lacking),
        refused_at=refused.at if refused else "",
        said=refused.said if refused else {},
    )


def _change(
    request: Request,
    who: Visitor,
    key: str,
    stage: str,
    change: Callable[[Work], None],
    activity: str = "",
    said: Mapping[str, str] | None = None,
) -> Response:
    """Does it and leads back to the page; a refusal is the same page with the reasons above."""
    try:
        writing(request, who, change)
    except VekhaError as refusal:
        if any(each.code in ("access.denied", "programme.unknown", "stage.unknown") for each in refusal.problems):
            raise
        with app_of(request).work(who.actor, writes=False) as work:
            at = f"{request.url.path}#{(said or {}).get('activity', '')}"
            return stage_page(request, work, key, stage, Refused(activity, refusal.problems, at, said or {}))
    anchor = f"#a-{activity}" if activity else ""
    return RedirectResponse(f"{_address(key, stage)}{anchor}", status_code=303)


def _address(key: str, stage: str) -> str:
    return f"/programmes/{key}/stages/{stage}"
