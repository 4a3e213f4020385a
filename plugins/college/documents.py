"""What the college's own documents need beyond the common context: the students of a contract on dual training."""

from collections.abc import Iterator, Mapping
from typing import Any


def extras(code: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
    """For `dual_contract`: `extra.students`, a row for each student this enterprise trains, and `extra.hours` in all.

    A row holds the answers of `dual_data` (profession, workplace, starts, ends, hours, shares) and, under `student` and
    `mentor`, the people as the context knows them. The last answer about a student counts.
    """
    if code != "dual_contract":
        return {}
    rows = sorted(_students(context), key=lambda row: _name(row["student"]))
    return {"students": rows, "hours": sum(row["hours"] for row in rows)}


def _students(context: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    employer = context["employer"]
    known = {each["code"]: each for each in (*context["mentees"], *context["mentors"])}
    known |= {_name(each): each for each in known.values()}
    latest: dict[str, Mapping[str, Any]] = {}
    for answer in context["answers"].get("dual_data", ()):
        data = answer["data"]
        if data["employer"] in (employer["code"], employer["name"]) and data["student"] in known:
            latest[known[data["student"]]["code"]] = data
    for code, data in latest.items():
        yield {**data, "student": known[code], "mentor": known.get(data["mentor"])}


def _name(person: Mapping[str, Any]) -> str:
    return " ".join(part for part in (person["last_name"], person["first_name"], person["middle_name"]) if part)
