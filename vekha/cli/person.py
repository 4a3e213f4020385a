"""`vekha person`: who takes part, in which role."""

from dataclasses import asdict
from typing import Annotated

from vekha.cli.arguments import On, Person, Programme, Reason, Role, argument, date_of, date_or, option, switch
from vekha.cli.choices import choice, role_of, today_at
from vekha.cli.office import work
from vekha.cli.output import answer, line, listing, moment, table, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.documents.declension import Case
from vekha.domain.people import Introduce, SupportUnpaired
from vekha.services.mentoring import doubles, erasure, people
from vekha.services.office import declensions
from vekha.services.office.declensions import OBLIQUE, Declined, Kind
from vekha.services.process import lists

commands = family("person")


@commands.command("list")
def every(programme: Programme) -> None:
    with work(writes=False) as unit:
        rows = lists.people(unit, programme)
    if not options.json:
        rows = [{**row, **{name: words(f"people.{row[name]}") for name in ("role", "standing")}} for row in rows]
    columns = {"code": "code", "name": "name", "role": "role", "standing": "state", "paired": "paired"}
    listing(rows, columns, words("person.none"))


@commands.command("add")
def add(
    programme: Programme,
    name: Annotated[str, option("--name", "person_name", "text")],
    role: Role,
    gender: Annotated[str | None, option("--gender", "gender")] = None,
    born: Annotated[str | None, option("--born", "born", "date")] = None,
    position: Annotated[str | None, option("--position", "position", "text")] = None,
    contact: Annotated[str | None, option("--contact", "contact", "text")] = None,
    other: Annotated[bool, switch("--other", "other")] = False,
) -> None:
    command = Introduce(
        name=name,
        role=role_of(role),
        gender=choice(gender, {"ж": "f", "м": "m", "f": "f", "m": "m"}, "--gender") if gender else None,
        birth_date=date_of(born, "--born") if born else None,
        position=position,
        contact=contact,
    )
    with work() as unit:
        doubles.introduce(unit, programme, command, other=other)
    answer({"programme": programme, "person": name, "role": command.role}, words("person.added", name=name))


@commands.command("withdraw")
def withdraw(programme: Programme, person: Person, role: Role, reason: Reason) -> None:
    with work() as unit:
        people.withdraw_candidate(unit, programme, person, role_of(role), reason)
    answer({"programme": programme, "person": person, "standing": "withdrawn"}, words("person.withdrawn"))


@commands.command("support")
def support(
    programme: Programme,
    person: Person,
    note: Annotated[str, option("--note", "support_note", "text")],
    on: On = None,
) -> None:
    with work() as unit:
        command = SupportUnpaired(mentee=person, on=date_or(on, today_at(unit, programme)), note=note)
        people.carry_out(unit, programme, [command])
    answer({"programme": programme, "person": person}, words("person.supported"))


# --- names and positions in the cases ---------------------------------------------------------------------------------

Bearer = Annotated[str, argument("bearer")]
OfPosition = Annotated[bool, switch("--position", "of_position")]


@commands.command("forms")
def forms(
    programme: Programme,
    bearer: Annotated[str | None, argument("bearer")] = None,
    of_position: OfPosition = False,
) -> None:
    with work(writes=False) as unit:
        if bearer is None:
            shown = declensions.every(unit, programme)
        else:
            shown = [declensions.one(unit, programme, bearer, _kind(of_position=of_position))]
    if options.json or bearer is None:
        rows = [_row(each) for each in shown]
        columns = {"nominative": "nominative", **{case: case for case in OBLIQUE[:2]}, "instrumental": "instrumental"}
        listing(rows, {**columns, "state": "state"}, words("person.none"))
        return
    _show(shown[0])


@commands.command("confirm")
def confirm(
    programme: Programme,
    bearer: Bearer,
    of_position: OfPosition = False,
    genitive: Annotated[str | None, option("--genitive", "genitive", "text")] = None,
    dative: Annotated[str | None, option("--dative", "dative", "text")] = None,
    accusative: Annotated[str | None, option("--accusative", "accusative", "text")] = None,
    instrumental: Annotated[str | None, option("--instrumental", "instrumental", "text")] = None,
    prepositional: Annotated[str | None, option("--prepositional", "prepositional", "text")] = None,
) -> None:
    told = (genitive, dative, accusative, instrumental, prepositional)
    given: dict[Case, str] = {case: form for case, form in zip(OBLIQUE, told, strict=True) if form is not None}
    with work() as unit:
        kept = declensions.confirm(unit, programme, bearer, _kind(of_position=of_position), given)
    _changed(kept, "person.confirmed")


@commands.command("reset")
def reset(programme: Programme, bearer: Bearer, of_position: OfPosition = False) -> None:
    with work() as unit:
        proposed = declensions.reset(unit, programme, bearer, _kind(of_position=of_position))
    _changed(proposed, "person.reset")


@commands.command("erase")
def erase(programme: Programme, person: Person, reason: Reason) -> None:
    with work() as unit:
        done = erasure.erase(unit, programme, person, reason)
    kept = [{**asdict(each), "dated": each.dated and f"{each.dated:%d.%m.%Y}"} for each in done.kept]
    told = "person.erased" if done.rows else "person.erased_before"
    answer(
        {"programme": programme, "person": done.person, "rows": done.rows, "kept": kept},
        words(told, person=done.person, rows=sum(done.rows.values())),
    )
    if kept and not options.json:
        line(words("person.kept", count=len(kept)))
        columns = {"document": "id", "title": "title", "number": "number", "dated": "date", "retention": "retention"}
        listing(kept, columns, "")


def _kind(*, of_position: bool) -> Kind:
    return Kind.POSITION if of_position else Kind.NAME


def _changed(found: Declined, key: str) -> None:
    answer(_row(found), words(key, words=found.nominative))
    if not options.json:
        _show(found)


def _show(found: Declined) -> None:
    table(
        [words("columns.case"), words("columns.form")],
        [[words(f"case.{case}"), found.forms[case]] for case in OBLIQUE],
    )
    line(_state(found))


def _state(found: Declined) -> str:
    if found.confirmed_by is None or found.confirmed_at is None:
        return words("person.proposed")
    return words("person.confirmed_by", who=found.confirmed_by, at=moment(found.confirmed_at))


def _row(found: Declined) -> dict[str, object]:
    return {
        "kind": found.kind,
        "nominative": found.nominative,
        "gender": found.gender,
        "bearers": list(found.bearers),
        **found.forms,
        "confirmed_by": found.confirmed_by,
        "confirmed_at": found.confirmed_at,
        "state": words("person.form_confirmed" if found.confirmed_by else "person.form_proposed"),
    }
