"""`vekha document`: drafts to look at, approval with number and date, attached files, everything issued in a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import (
    On,
    OnlyActivity,
    OnlyStage,
    Programme,
    Subject,
    Wait,
    argument,
    content_of,
    date_of,
    option,
    unwritable,
    write_file,
)
from vekha.cli.office import finish_queued, work
from vekha.cli.output import answer, count, listing, progress, show_warnings, waiting, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.access import Action
from vekha.domain.errors import VekhaError, problem
from vekha.services.office import copies, documents, packs, prints, review
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process import lists
from vekha.services.process.programmes import load
from vekha.services.work import Work
from vekha.texts import text

commands = family("document")

Code = Annotated[str, argument("document")]


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.documents(unit, programme)
    if not options.json:
        rows = [{**row, "state": text(f"process.document_state.{row['state']}")} for row in rows]
    columns = {"id": "id", "code": "code", "title": "document", "state": "state", "number": "number", "dated": "date"}
    listing(rows, columns, words("document.none"))


@commands.command("render")
def render(
    programme: Programme,
    code: Code,
    out: Annotated[Path | None, option("--out", "out_file", "file")] = None,
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
    subject: Subject = None,
) -> None:
    target = out or Path(f"{packs.safe_name(code)}.pdf")
    with waiting(words("document.printing_one")), work() as unit:
        place = _place(unit, programme, code, stage, activity, subject)
        draft = documents.draft(unit, programme, place)
        if target.suffix.lower() == ".docx":
            made = copies.of_draft(unit, programme, place).content
        else:
            made = prints.print_pdf(unit, draft.title, draft.html.text, None)
        today = load(unit, programme, Action.VIEW).now.today
        warnings = review.of_text(unit, programme, draft.html.text, today)
    write_file(target, made)
    data = {"file": str(target), "title": draft.title, "blanks": list(draft.blanks), "warnings": list(warnings)}
    answer(data, "\n".join([words("document.rendered", title=draft.title, path=target), *told_blanks(draft.blanks)]))
    if not options.json:
        show_warnings(warnings)


@commands.command("approve")
def approve(
    programme: Programme,
    code: Annotated[str | None, argument("document")] = None,
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
    subject: Subject = None,
    on: On = None,
    wait: Wait = False,
) -> None:
    dated = date_of(on, "--on") if on else None
    with waiting(words("document.approving")), work() as unit:
        places = _to_approve(unit, programme, code, stage, activity, subject)
        rows = documents.approve(unit, programme, places, on=dated)
        data = [
            {
                "id": row.id,
                "code": row.code,
                "title": row.title,
                "number": row.number,
                "date": row.dated,
                "warnings": list(review.warnings(unit, row)),
            }
            for row in rows
        ]
    if wait:
        finish_queued(wait=True)
    told = [words("document.approved", documents=count(len(data), "document"))]
    for row in data:
        number = words("document.number", number=row["number"]) if row["number"] else ""
        told.append(f"  – {row['title']}{number}")
    answer(data, "\n".join(told))
    if not options.json:
        show_warnings(dict.fromkeys(each for row in data for each in row["warnings"]))


@commands.command("attach")
def attach(
    programme: Programme,
    code: Code,
    file: Annotated[Path, option("--file", "attached_file", "file")],
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
    subject: Subject = None,
    number: Annotated[str, option("--number", "paper_number", "text")] = "",
    on: Annotated[str | None, option("--on", "paper_date", "date")] = None,
) -> None:
    content = content_of(file)
    dated = date_of(on, "--on") if on else None
    with work() as unit:
        place = _place(unit, programme, code, stage, activity, subject)
        row = documents.attach(unit, programme, place, content, file.name, number=number, on=dated)
        data = {"id": row.id, "code": row.code, "state": str(row.state), "title": row.title}
    answer(data, words(f"document.attached_{data['state']}", title=data["title"]))


@commands.command("export")
def export(
    programme: Programme, out: Annotated[Path, option("--out", "export_target", "folder")], stage: OnlyStage = None
) -> None:
    with work() as unit:
        rows = [row for row in lists.documents(unit, programme) if stage in (None, row["stage"])]
        waiting = [row["id"] for row in rows if _unprinted(row)]
        for each in progress(waiting, words("document.printing")):
            prints.render(unit, each)
        unit.session.flush()
        if out.suffix.lower() == ".zip":
            write_file(out, packs.programme_pack(unit, programme, stage))
            written = [out]
        else:
            written = _export(unit, programme, out, stage)
    key = "document.zipped" if out.suffix.lower() == ".zip" else "document.exported"
    told = words(key, files=count(len(written), "file"), path=out)
    answer({"files": [str(path) for path in written]}, told)


def told_blanks(blanks: Sequence[str]) -> list[str]:
    """The lines that name what nobody has filled in."""
    if not blanks:
        return []
    return [words("document.blanks", blanks=count(len(blanks), "blank")), *(f"  – {each}" for each in blanks)]


def _export(unit: Work, programme: str, folder: Path, stage: str | None) -> list[Path]:
    try:
        return packs.export(unit, programme, folder, stage)
    except OSError as reason:
        raise unwritable(folder, reason) from reason


def _unprinted(row: lists.Row) -> bool:
    return row["state"] in ("approved", "signed") and not row["printed"]


def _to_approve(
    unit: Work, programme: str, code: str | None, stage: str | None, activity: str | None, subject: str | None
) -> list[DocumentPlace]:
    """One document (about everybody, when it is about each), or everything of a stage that waits for approval."""
    if code is not None:
        stage_of, activity_of = _row_of(unit, programme, code, stage, activity)
        loaded = load(unit, programme, Action.VIEW)
        places = [each for each in documents.needed(loaded, stage_of, activity_of) if each.code == code]
        chosen = [each for each in places if subject in (None, each.subject)]
        if chosen:
            return chosen
        return [DocumentPlace(stage_of, activity_of, code, subject or "")]
    stages = [stage] if stage else [each.code for each in load(unit, programme, Action.VIEW).roadmap.stages]
    known = load(unit, programme, Action.VIEW).stages
    if stage and stage not in known:
        raise VekhaError(problem("stage.unknown", stage=stage, known=", ".join(known)))
    found = [
        each
        for one in stages
        if known[one].state in ("open", "closing")
        for each in documents.waiting_for_approval(unit, programme, one, activity)
    ]
    if not found:
        raise VekhaError(problem("cli.nothing_to_approve", programme=programme))
    return found


def _place(
    unit: Work, programme: str, code: str, stage: str | None, activity: str | None, subject: str | None
) -> DocumentPlace:
    return DocumentPlace(*_row_of(unit, programme, code, stage, activity), code, subject or "")


def _row_of(unit: Work, programme: str, code: str, stage: str | None, activity: str | None) -> tuple[str, str]:
    """The row that issues a document. Raises VekhaError cli.no_such_document, cli.several_places."""
    roadmap = load(unit, programme, Action.VIEW).roadmap
    rows = [(s.code, a.code) for s, a in roadmap.rows() if any(use.code == code for use in a.documents)]
    if not rows:
        known = ", ".join(roadmap.document_codes)
        raise VekhaError(problem("cli.no_such_document", code=code, known=known))
    chosen = [row for row in rows if stage in (None, row[0]) and activity in (None, row[1])]
    if len(chosen) != 1:
        places = ", ".join("/".join(row) for row in rows)
        raise VekhaError(problem("cli.several_places", code=code, places=places))
    return chosen[0]
