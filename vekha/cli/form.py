"""`vekha form`: sheets to fill, answers handed in, answers shown."""

from pathlib import Path
from typing import Annotated

from vekha.cli.arguments import FormCode, OnlyActivity, OnlyStage, Programme, argument, option, text_of, write_file
from vekha.cli.office import installation, work
from vekha.cli.output import answer, as_json, listing, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import VekhaError, WrongUseError, problem
from vekha.forms.base import Form
from vekha.forms.sheet import example_yaml, load_answer
from vekha.services.office import form_sheets
from vekha.services.process import forms, lists

commands = family("form")

Type = Annotated[str | None, option("--type", "type")]


@commands.command("fill")
def fill(
    programme: Programme,
    form: FormCode,
    file: Annotated[Path, option("--file", "answer_file", "file")],
    stage: OnlyStage = None,
    activity: OnlyActivity = None,
) -> None:
    if (stage is None) != (activity is None):
        raise WrongUseError(problem("cli.missing_option", name="--activity" if stage else "--stage", help="--help"))
    data = load_answer(text_of(file), file.name)
    place = (stage, activity) if stage is not None and activity is not None else None
    with work() as unit:
        row = forms.submit(unit, programme, form, data, place=place)
    stored = {"submission": row.id, "stage": row.stage, "activity": row.activity, "subject": row.subject}
    answer(stored, words("form.stored", id=stored["submission"]))


@commands.command("show")
def show(submission: Annotated[int, argument("submission")]) -> None:
    with work(writes=False) as unit:
        found = forms.show(unit, submission)
    if options.json:
        as_json([{"title": title, "value": value} for title, value in found])
        return
    table([words("columns.question"), words("columns.answer")], found)


@commands.command("template")
def template(form: FormCode, kind: Type = None) -> None:
    print(example_yaml(_form(form, kind)), end="")  # noqa: T201 — YAML, whatever the other options


@commands.command("print")
def printed(
    form: FormCode, out: Annotated[Path | None, option("--out", "form_file", "file")] = None, kind: Type = None
) -> None:
    target = out or Path(f"{form}.pdf")
    with work(writes=False) as unit:
        content = form_sheets.sheet(unit, _form(form, kind))
    write_file(target, content)
    answer({"file": str(target)}, words("printed_form.done", path=target))


@commands.command("list")
def every(programme: Annotated[str | None, argument("programme")] = None, kind: Type = None) -> None:
    if programme is not None:
        with work(writes=False) as unit:
            rows = lists.submissions(unit, programme)
        columns = {"id": "number", "title": "form", "about": "about", "on": "date", "who": "who"}
        listing(rows, columns, words("form.no_answers"))
        return
    types = installation().registry.types
    kinds = [installation().registry.type(kind)] if kind else list(types.values())
    rows = [
        {"form": form.code, "type": each.code, "title": form.title, "version": form.version}
        for each in kinds
        for form in each.forms
    ]
    listing(rows, {"form": "code", "type": "type", "title": "form", "version": "version"}, words("form.none"))


def _form(code: str, kind: str | None) -> type[Form]:
    """The form of a type, or of the first type that has it."""
    registry = installation().registry
    if kind is not None:
        return forms.form_of(registry.type(kind), code)
    for each in registry.types.values():
        for form in each.forms:
            if form.code == code:
                return form
    known = dict.fromkeys(form.code for each in registry.types.values() for form in each.forms)
    raise VekhaError(problem("form.unknown", form=code, known=", ".join(known)))
