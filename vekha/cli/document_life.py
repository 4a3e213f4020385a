"""`vekha document`, what comes after approval: annulled, signed, edited, compared, verified, its history."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import Institution, Programme, Reason, argument, content_of, date_of, option, write_file
from vekha.cli.document import commands, told_blanks
from vekha.cli.office import work
from vekha.cli.output import answer, listing, waiting, words
from vekha.cli.state import options
from vekha.documents.marks import SignatureMark
from vekha.services.office import copies, differences, lifecycle, verdicts, verification
from vekha.services.office import disposal as expired_papers
from vekha.services.region import institutions
from vekha.storage.tables import Document
from vekha.texts import text

__all__ = ["commands"]

Id = Annotated[int, argument("document_id", "submission")]


@commands.command("void")
def void(document: Id, reason: Reason) -> None:
    with work() as unit:
        row = lifecycle.annul(unit, document, reason)
        data = _told(row)
    number = words("document.number", number=row.number) if row.number else ""
    answer(data, words("document.voided", title=row.title, number=number))


@commands.command("sign-mark")
def sign_mark(
    document: Id,
    certificate: Annotated[str, option("--certificate", "certificate", "text")],
    owner: Annotated[str, option("--owner", "certificate_owner", "text")],
    since: Annotated[str, option("--from", "valid_from", "date")],
    until: Annotated[str, option("--until", "valid_until", "date")],
) -> None:
    mark = SignatureMark(certificate.strip(), owner.strip(), date_of(since, "--from"), date_of(until, "--until"))
    with work() as unit:
        row = lifecycle.sign(unit, document, mark)
        data = _told(row) | {"file": str(unit.tools.files.path(row.signed_file or ""))}
    answer(data, words("document.marked", title=row.title))


@commands.command("edited")
def edited(document: Id, file: Annotated[Path, option("--file", "edited_file", "file")]) -> None:
    content = content_of(file)
    with work() as unit:
        row = lifecycle.take_edited(unit, document, content, file.name)
        data = _told(row)
    answer(data, words("document.edited", title=row.title, version=row.version))


@commands.command("docx")
def docx(document: Id, out: Annotated[Path | None, option("--out", "copy_file", "file")] = None) -> None:
    with waiting(words("document.copying")), work(writes=False) as unit:
        made = copies.of_document(unit, document)
    target = out or Path(made.name)
    write_file(target, made.content)
    told = [words("document.copied", path=target), *told_blanks(made.blanks)]
    answer({"file": str(target), "title": made.title, "blanks": list(made.blanks)}, "\n".join(told))


@commands.command("history")
def history(document: Id) -> None:
    with work(writes=False) as unit:
        rows = [asdict(step) for step in lifecycle.history(unit, document)]
    if not options.json:
        for row in rows:
            row["old"], row["new"] = (_state(row[name]) for name in ("old", "new"))
    columns = {"version": "version", "at": "at", "who": "who", "old": "old", "new": "new", "why": "why"}
    listing(rows, columns, words("document.no_history"))


@commands.command("pending")
def pending(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = [
            {
                "order": each.order,
                "number": each.number,
                "dated": each.dated,
                "annex": each.annex,
                "annex_number": each.annex_number,
                "issued": _told(each.issued) if each.issued else None,
                "version": each.issued.version if each.issued else None,
            }
            for each in lifecycle.pending(unit, programme)
        ]
    columns = {"order": "order", "number": "number", "dated": "date", "annex": "annex", "version": "version"}
    listing(rows, columns, words("document.none_pending"))


@commands.command("disposal")
def disposal(institution: Institution, on: Annotated[str | None, option("--on", "disposal_on", "date")] = None) -> None:
    with work(writes=False) as unit:
        home = institutions.one(unit, institution)
        day = date_of(on, "--on") if on else unit.local_day(home.timezone)
        rows = [
            _told(each.document) | {"retention": each.retention, "until": each.keep_until, "note": each.note}
            for each in expired_papers.expired(unit, institution, day)
        ]
    columns = {"title": "document", "number": "number", "dated": "date", "retention": "retention", "until": "until"}
    listing(rows, {**columns, "note": "note"}, words("document.nothing_to_dispose", date=f"{day:%d.%m.%Y}"))


@commands.command("diff")
def diff(
    older: Annotated[int, argument("older", "submission")], newer: Annotated[int, argument("newer", "submission")]
) -> None:
    with work(writes=False) as unit:
        found = differences.compare(unit, older, newer)
    told = [words("document.text_changes"), *(f"  – {each}" for each in found.text)] if found.text else []
    if found.data:
        told += [words("document.data_changes"), *(f"  – {each}" for each in found.data)]
    answer({"text": list(found.text), "data": list(found.data)}, "\n".join(told) or words("document.same"))


@commands.command("verify")
def verify(file: Annotated[Path, argument("paper", "file")]) -> None:
    content = content_of(file)
    with work(writes=False) as unit:
        found = verification.verify(unit, content, file.name)
        told = verdicts.told(unit, found)
    data = {
        "verdict": found.verdict.value,
        "in_force": found.in_force,
        "document": _told(found.document) if found.document else None,
        "newer": _told(found.newer) if found.newer else None,
        "differences": list(told.differences),
    }
    answer(data, "\n".join([*told.lines, *(f"  – {each}" for each in told.differences)]))


def _told(row: Document) -> dict[str, Any]:
    names = ("id", "programme", "code", "title", "number", "dated", "version", "origin")
    return {name: getattr(row, name) for name in names} | {"state": str(row.state)}


def _state(code: str | None) -> str:
    return text(f"process.document_state.{code}") if code else ""
