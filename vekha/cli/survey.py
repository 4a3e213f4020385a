"""`vekha survey`: a form sent to many, its progress, reminders, end and results."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from vekha.cli.arguments import FormCode, Programme, argument, date_of, option, write_file
from vekha.cli.office import installation, work
from vekha.cli.output import answer, as_json, count, day, line, listing, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.access import Action
from vekha.domain.surveys import Tally
from vekha.services.process.programmes import load
from vekha.services.surveys import asking, letters, life, results, sheet, workbook
from vekha.services.surveys.asking import Made
from vekha.services.surveys.audience import Candidate
from vekha.services.surveys.life import Known, SurveyData
from vekha.services.surveys.results import Results
from vekha.services.work import Work
from vekha.spreadsheet import write_xlsx
from vekha.texts import section, text

commands = family("survey")

Number = Annotated[int, argument("survey_number", "number")]
Person = Annotated[list[str] | None, option("--person", "survey_person", "code")]
Until = Annotated[str | None, option("--until", "survey_until", "date")]


@commands.command("forms")
def forms(programme: Programme) -> None:
    with work(writes=False) as unit:
        found = life.survey_forms(load(unit, programme, Action.VIEW).type)
    rows = [
        {
            "form": each.code,
            "title": each.title,
            "anonymous": each.anonymous,
            "twice": bool(each.survey and each.survey.moment_field),
            "audience": [one.value for one in each.survey.audience] if each.survey else [],
        }
        for each in found
    ]
    if options.json:
        as_json(rows)
        return
    kinds = {True: words("survey.anonymous"), False: words("survey.named")}
    head = [words(f"columns.{name}") for name in ("code", "title", "kind", "whom")]
    table(
        head,
        [
            (each.code, each.title, kinds[each.anonymous], ", ".join(row["audience"]))
            for each, row in zip(found, rows, strict=True)
        ],
    )


@commands.command("create")
def create(
    programme: Programme,
    form: FormCode,
    moment: Annotated[str, option("--moment", "survey_moment", "moment")] = "",
    audience: Annotated[list[str] | None, option("--audience", "survey_audience", "code")] = None,
    opens: Annotated[str | None, option("--from", "survey_from", "date")] = None,
    closes: Until = None,
) -> None:
    dates = {
        "opens": date_of(opens, "--from") if opens else None,
        "closes": date_of(closes, "--until") if closes else None,
    }
    with work() as unit:
        data = SurveyData(form=form, audiences=audience or (), moment=moment, **dates)
        number = life.create(unit, programme, data)
        row = life.known(unit, programme, number).row
    answer({"survey": number, **_facts(row)}, words("survey.created", number=number, until=day(row.closes)))


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        found = sheet.overview(unit, programme)
    rows: list[dict[str, Any]] = [
        {
            "survey": each.survey.number,
            **_facts(each.survey.row),
            "title": each.survey.form.title,
            "state": each.survey.state.value,
            "asked": each.total.asked,
            "answered": each.total.answered,
        }
        for each in found.entries
    ]
    if not options.json:
        states = section("survey.states")
        for row in rows:
            row["state"], row["closes"] = states[row["state"]], day(row["closes"])
    columns = {"survey": "number", "title": "title", "state": "state", "closes": "lasts"}
    listing(rows, {**columns, "asked": "asked", "answered": "answers"}, words("survey.none"))


@commands.command("show")
def show(programme: Programme, number: Number) -> None:
    with work(writes=False) as unit:
        found = sheet.sheet(unit, programme, number)
    rows = [
        {
            "code": each.code,
            "name": each.name,
            "about": each.about,
            "audience": each.audience,
            "email": each.email,
            "state": each.state,
        }
        for each in found.lines
    ]
    if options.json:
        as_json({**_facts(found.survey.row), **_counts(found.results), "people": rows})
        return
    line(words("survey.about", title=found.survey.form.title, **_counted(found.results)))
    states, titles = section("web.surveys.states"), section("survey.audiences")
    head = [words(f"columns.{name}") for name in ("code", "who", "whom", "email", "state")]
    table(head, [(r["code"], r["name"], titles[r["audience"]], r["email"], states[r["state"]]) for r in rows])


@commands.command("send")
def send(programme: Programme, number: Number, people: Person = None) -> None:
    with work() as unit:
        survey = life.known(unit, programme, number)
        sent = asking.send(unit, programme, number, _chosen(unit, survey, people, reachable=True))
    answer({"queued": sent}, words("survey.queued", letters=count(sent, "letter")))


@commands.command("link")
def link(
    programme: Programme,
    number: Number,
    people: Person = None,
    slips: Annotated[int | None, option("--slips", "survey_slips", "number", min=1)] = None,
    audience: Annotated[str, option("--audience", "survey_slips_audience", "code")] = "",
    out: Annotated[Path | None, option("--print", "link_sheet", "file")] = None,
) -> None:
    base = installation().settings.console_url
    with work() as unit:
        survey = life.known(unit, programme, number)
        if slips is not None:
            made = asking.slips(unit, programme, number, audience or survey.row.audiences[0], slips)
        else:
            made = asking.invite(unit, programme, number, _chosen(unit, survey, people))
        if out is not None:
            write_file(out, letters.slips_pdf(unit, survey, made, base))
    _told(made, base, out)


@commands.command("remind")
def remind(programme: Programme, number: Number) -> None:
    with work() as unit:
        sent = asking.remind(unit, programme, number)
    answer({"queued": sent}, words("survey.queued", letters=count(sent, "letter")))


@commands.command("revoke")
def revoke(programme: Programme, number: Number, people: Annotated[list[str], argument("link_people", "code")]) -> None:
    with work() as unit:
        closed = asking.revoke(unit, programme, number, people)
    answer({"revoked": closed}, words("link.revoked", links=count(closed, "link")))


@commands.command("prolong")
def prolong(programme: Programme, number: Number, until: Annotated[str, argument("survey_until", "date")]) -> None:
    closes = date_of(until, "until")
    with work() as unit:
        life.lasts_until(unit, programme, number, closes)
    answer({"survey": number, "closes": closes}, words("survey.prolonged", until=day(closes)))


@commands.command("close")
def close(programme: Programme, number: Number) -> None:
    with work() as unit:
        life.close(unit, programme, number)
    answer({"survey": number, "state": "closed"}, words("survey.closed"))


@commands.command("cancel")
def cancel(programme: Programme, number: Number) -> None:
    with work() as unit:
        life.cancel(unit, programme, number)
    answer({"survey": number, "state": "cancelled"}, words("survey.cancelled"))


@commands.command("results")
def shown(
    programme: Programme,
    number: Number,
    out: Annotated[Path | None, option("--out", "survey_out", "file")] = None,
) -> None:
    with work(writes=False) as unit:
        found = results.results(unit, programme, number)
        effects = results.effects_to_read(unit, found.survey.loaded)
    if out is not None:
        write_xlsx(out, workbook.tables(found, effects))
    if options.json:
        as_json({**_facts(found.survey.row), **_counts(found), "questions": [_plain(each) for each in found.tallies]})
        return
    line(words("survey.about", title=found.survey.form.title, **_counted(found)))
    if note := workbook.note_of(found):
        line(note)
    for each in found.tallies:
        _question(each)
    if out is not None:
        line(words("survey.written", path=out))


# --- parts ------------------------------------------------------------------------------------------------------------


def _chosen(unit: Work, survey: Known, people: Iterable[str] | None, *, reachable: bool = False) -> list[Candidate]:
    """Those named by code; everybody who has not been asked when nobody is named, for letters with an address."""
    if people:
        return asking.chosen(unit, survey, people)
    waiting = asking.waited_for(unit, survey)
    return [each for each in waiting if each.email] if reachable else waiting


def _told(made: list[Made], base: str, out: Path | None) -> None:
    rows = [{"name": each.name, "about": each.about, "address": each.address(base)} for each in made]
    if options.json:
        as_json({"links": rows, "sheet": str(out) if out else None})
        return
    listing(rows, {"name": "who", "about": "about", "address": "address"}, "")
    if out is not None:
        line(words("link.printed", path=out))


def _facts(row: Any) -> dict[str, Any]:
    names = ("form", "moment", "anonymous", "audiences", "opens", "closes", "closed_on")
    return {name: getattr(row, name) for name in names}


def _counts(found: Results) -> dict[str, Any]:
    return {"asked": found.total.asked, "answered": found.total.answered, "secret": found.secret, "few": found.few}


def _counted(found: Results) -> dict[str, int]:
    return {"asked": found.total.asked, "answered": found.total.answered}


def _plain(each: Tally) -> dict[str, Any]:
    whole = each.whole
    told: dict[str, Any] = {"title": each.question.title, "kind": each.question.kind.value, "withheld": whole is None}
    if whole is not None:
        told |= {"n": whole.n, "mean": whole.mean, "counts": dict(whole.counts), "texts": whole.texts}
    return told


def _question(each: Tally) -> None:
    line()
    line(each.question.title)
    if each.whole is None:
        line(text("survey.results.withheld"))
        return
    if each.whole.mean is not None:
        line(words("survey.mean", mean=f"{each.whole.mean:.1f}".replace(".", ","), count=each.whole.n))
    if each.whole.counts:
        head = [words("columns.answer"), words("columns.count"), words("columns.share")]
        whole = each.whole.n
        table(head, [(name, n, f"{workbook.percent(n, whole)} %") for name, n in each.whole.counts if n])
    for written in each.whole.texts:
        line(f"– {written}")
