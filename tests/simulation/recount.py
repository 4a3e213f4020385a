"""The numbers of the reports counted anew from the bare rows: SQL, sets and sums, nothing of the engine's.

Run by itself it prints them: `python tests/simulation/recount.py vekha.db school-1-2026 2026-05-01 2027-05-31`.
"""

import datetime as dt
import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

HOURS = 5  # of Asia/Yekaterinburg, where the invented region lies
FEW = 5
EVER = "9999-12-31"  # whole: SQLite takes «9999» in a column of dates for a number
Counted = tuple[float, float | None]


class Rows:
    """One programme's rows."""

    def __init__(self, path: Path, programme: str) -> None:
        self.base, self.key = sqlite3.connect(path), programme
        self.base.row_factory = sqlite3.Row
        [self.programme] = self.read("select * from programme where key = ?", programme)
        self.home = self.programme["institution"]
        finished = self.programme["finished_at"]
        self.ended = local(finished) if finished else None

    def read(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.base.execute(sql, values).fetchall()

    def mine(self, table: str) -> list[sqlite3.Row]:
        return self.read(f"select * from {table} where programme = ?", self.key)

    def answers(self, form: str, until: str = EVER) -> list[tuple[str, str, dict[str, Any]]]:
        """(person, day, answer), in the order of coming."""
        sql = 'select subject, "on", data from submission where programme = ? and form = ? and "on" <= ? order by id'
        return [(row[0], row[1], json.loads(row[2])) for row in self.read(sql, self.key, form, until)]


def local(at: str) -> str:
    """The date where the institution is, of a moment as SQLite keeps it (UTC)."""
    return (dt.datetime.fromisoformat(at[:19]) + dt.timedelta(hours=HOURS)).date().isoformat()


# --- the figures of monitoring and of the region ----------------------------------------------------------------------


def figures(rows: Rows, since: str, on: str, today: str) -> dict[str, Counted]:
    return {
        **people(rows, since, on),
        **pairs(rows, since, on),
        **tasks(rows, since, on),
        **said(rows, since, on, today),
    }


def people(rows: Rows, since: str, on: str) -> dict[str, Counted]:
    born = {
        row["code"]: row["birth_date"] for row in rows.read("select * from person where institution = ?", rows.home)
    }
    gone = {
        row["subject"].split(":")[1]: local(row["at"])
        for row in rows.mine("audit")
        if row["subject"].startswith("person:") and row["new"].endswith("withdrawn")
    }
    now, period = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    employers = set[str]()
    for row in rows.mine("participation"):
        came = row["registered_on"]
        left = min(filter(None, (gone.get(row["person"]), rows.ended)), default="9999")
        if came is None or came > on:
            continue
        if left > on:
            now[row["role"]].add(row["person"])
        if left > since:
            period[row["role"]].add(row["person"])
            if row["role"] == "mentor" and row["employer"]:
                employers.add(row["employer"])

    def aged(role: str, least: int, most: int) -> int:
        days = [born[each] for each in period[role] if born[each]]
        return sum(least <= int(on[:4]) - int(day[:4]) - (on[5:] < day[5:]) <= most for day in days)

    return {
        "mentees": (len(now["mentee"]), None),
        "mentees_period": (len(period["mentee"]), None),
        "children_share": (aged("mentee", 10, 19), None),
        "mentors": (len(now["mentor"]), None),
        "mentors_period": (len(period["mentor"]), None),
        "youth_share": (aged("mentor", 15, 19), None),
        "both_roles": (len(period["mentee"] & period["mentor"]), None),
        "employers": (len(employers), None),
    }


def pairs(rows: Rows, since: str, on: str) -> dict[str, Counted]:
    met = rows.mine("meeting")
    finals = defaultdict[str, list[str]](list)
    for row in met:
        if row["kind"] == "final" and not row["absent"] and row["pair"]:
            finals[row["pair"]].append(row["on"])
    working = started = finished = broken = worked = 0
    paired = set[str]()
    sides = defaultdict[str, set[str]](set)
    for row in rows.mine("pair_member"):
        if row["role"] == "mentee":
            sides[row["pair"]].add(row["person"])
    for row in rows.mine("pair"):
        if row["ending"] == "cancelled":
            continue
        said = [row["ended_on"]] if row["ending"] == "finished" else []
        through = min([*finals[row["code"]], *said], default=None)
        over = min(filter(None, (row["ended_on"], through)), default=None if through else rows.ended)
        works = row["starts"] <= on and (over is None or over > on)
        working += works
        worked += row["starts"] <= on and (over is None or over >= since)
        started += since <= row["starts"] <= on
        finished += through is not None and since <= through <= on
        broken += through is None and row["ending"] != "replaced" and over is not None and since <= over <= on
        if works or (through is not None and through <= on):
            paired |= sides[row["code"]]
    here = {
        row["person"]
        for row in rows.mine("participation")
        if row["role"] == "mentee" and row["registered_on"] and row["registered_on"] <= on < (rows.ended or "9999")
    }
    held = [row for row in met if not row["absent"] and since <= row["on"] <= on]
    of_pairs = sum(row["pair"] is not None for row in held)
    return {
        "pairs": (working, None),
        "pairs_started": (started, None),
        "pairs_finished": (finished, None),
        "completion": (finished, finished + broken),
        "unpaired": (len(here - paired), None),
        "meetings": (of_pairs, None),
        "meetings_per_pair": (of_pairs, worked),
        "trainings": (sum(row["pair"] is None and row["kind"] in ("training", "seminar") for row in held), None),
    }


def tasks(rows: Rows, since: str, on: str) -> dict[str, Counted]:
    told = rows.read(
        "select content from roadmap_version where code = ? and version = ?",
        rows.programme["roadmap"],
        rows.programme["roadmap_version"],
    )
    gates = {
        (stage["code"], row["code"]): row["gate"]
        for stage in json.loads(told[0][0])["stages"]
        for row in stage["activities"]
    }
    due = done = in_time = late = 0
    for row in rows.mine("activity"):
        if gates[row["stage"], row["code"]] not in ("required", "carries_on"):
            continue
        subject = f"activity:{row['stage']}/{row['code']}"
        sql = "select at, new from audit where programme = ? and subject = ? order by id"
        states = [(local(at), new) for at, new in rows.read(sql, rows.key, subject) if local(at) <= on]
        day, state = states[-1] if states else ("", "")
        if state == "waived":
            continue
        late += row["due"] < on and state != "done"
        if since <= row["due"] <= on:
            due += 1
            done += state == "done"
            in_time += state == "done" and day <= row["due"]
    return {"tasks_done": (done, due), "tasks_in_time": (in_time, due), "tasks_late": (late, None)}


def said(rows: Rows, since: str, on: str, today: str) -> dict[str, Counted]:
    asked = answered = recommended = told = 0
    for row in rows.mine("survey"):
        over = row["closed_on"] or row["closes"]
        if row["cancelled_on"] or not since <= over <= on or not (row["closed_on"] or over < today):
            continue
        marks = rows.read("select answered from survey_asked where survey = ?", row["id"])
        asked, answered = asked + len(marks), answered + sum(each[0] for each in marks)
        if row["form"] == "programme_opinion":
            words = [
                json.loads(each[0]) for each in rows.read("select data from survey_answer where survey = ?", row["id"])
            ]
            known = [each["recommend"] for each in words if each.get("recommend") is not None]
            if len(known) >= FEW:
                recommended, told = recommended + sum(known), told + len(known)
    roles = defaultdict[str, set[str]](set)
    for row in rows.mine("participation"):
        if row["registered_on"]:
            roles[row["role"]].add(row["person"])
    changes = [after - before for before, after in compared(rows, since, on)]
    return {
        "survey_response": (answered, asked),
        "satisfied_mentees": satisfied(rows, since, on, roles["mentee"]),
        "satisfied_mentors": satisfied(rows, since, on, roles["mentor"]),
        "recommended": (recommended, told),
        "improved": (sum(each > 0 for each in changes), len(changes)),
        "growth": (round(sum(changes), 6), len(changes)),
    }


def satisfied(rows: Rows, since: str, on: str, people: set[str]) -> Counted:
    last = {
        person: [data[name] for name in ("effectiveness", "comfort", "usefulness")]
        for person, day, data in rows.answers("satisfaction", on)
        if day >= since and person in people
    }
    return sum(sum(marks) / len(marks) >= 7 for marks in last.values()), len(last)


def measured(rows: Rows, since: str, on: str) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Person → the first answer before and the last one after, of those who have both."""
    before, after = dict[str, Any](), dict[str, Any]()
    for person, day, data in rows.answers("before_after", on):
        if data["moment"] == "до":
            before.setdefault(person, data)
        elif day >= since:
            after[person] = data
    return {person: (before[person], after[person]) for person in sorted(before.keys() & after.keys())}


def compared(rows: Rows, since: str, on: str) -> list[tuple[float, float]]:
    names = ("usefulness", "comfort", "support")
    return [
        (sum(one[name] for name in names) / 3, sum(other[name] for name in names) / 3)
        for one, other in measured(rows, since, on).values()
    ]


# --- the numbers of the final report ----------------------------------------------------------------------------------


def final_report(rows: Rows, today: str) -> dict[str, Any]:
    """What the report on the cycle has to say, by the names of this recount."""
    everyone = rows.mine("participation")
    registered = {
        role: {r["person"] for r in everyone if r["role"] == role and r["standing"] == "registered"}
        for role in ("mentee", "mentor")
    }
    made = [row for row in rows.mine("pair") if row["ending"] != "cancelled"]
    met = [row for row in rows.mine("meeting") if row["pair"]]
    ends = defaultdict[str, int](int)
    for row in made:
        ends[row["ending"]] += 1
    held = [row for row in met if not row["absent"]]
    present = rows.read(
        "select present from attendance a join meeting m on m.id = a.meeting where m.programme = ? and not m.absent",
        rows.key,
    )
    useful = [row["useful"] for row in rows.mine("reflection") if row["answered_at"]]
    activities = rows.mine("activity")
    report = rows.answers("curator_report")[-1][2]
    pleased = [data for _, _, data in rows.answers("satisfaction")]
    asked = [data["become_mentor"] for data in pleased if data["become_mentor"] is not None]
    return {
        "mentees": len(registered["mentee"]),
        "mentors": len(registered["mentor"]),
        "pairs": len(made),
        "finished": ends["finished"],
        "at_work": sum(row["ended_on"] is None for row in made),
        "unpaired": len(registered["mentee"] - working_with_somebody(rows)),
        "employers": len(rows.read("select 1 from employer where institution = ?", rows.home)),
        "ended_early": ends["ended_early"],
        "replaced": ends["replaced"],
        "meetings": len(held),
        "missed": len(met) - len(held),
        "attendance": round(100 * sum(each[0] for each in present) / len(present), 1),
        "reflections": len(useful),
        "useful": round(sum(useful) / len(useful), 1),
        "of_pair": {row["ordinal"]: sum(each["pair"] == row["code"] for each in held) for row in made},
        "trainings": sum(not row["pair"] and row["kind"] in ("training", "seminar") for row in rows.mine("meeting")),
        "activities": len(activities),
        "done": sum(row["state"] == "done" for row in activities),
        "late": sum((row["done_on"] or today) > row["due"] for row in activities if row["state"] != "waived"),
        "stages": [
            (sum(row["state"] == "done" for row in activities if row["stage"] == stage["code"]),
             sum(row["stage"] == stage["code"] for row in activities), stage["due"], stage["closed_on"])
            for stage in rows.read("select * from stage where programme = ? order by ordinal", rows.key)
        ],
        "effect": effect(rows),
        "satisfied": {role: satisfied(rows, "", EVER, registered[role]) for role in registered},
        "go_on": (sum(bool(each["go_on"]) for each in pleased), len(pleased)),
        "become_mentor": (sum(asked), len(asked)),
        "curator": [report[name] for name in CRITERIA],
        "surveys": surveys(rows),
    }  # fmt: skip


def working_with_somebody(rows: Rows) -> set[str]:
    """Mentees of pairs that are at work or have come to their end: finished, or with a final meeting held."""
    sql = (
        "select m.person from pair_member m join pair p on p.programme = m.programme and p.code = m.pair"
        " where p.programme = ? and m.role = 'mentee' and (p.ended_on is null or p.ending = 'finished' or exists"
        " (select 1 from meeting f where f.programme = p.programme and f.pair = p.code and f.kind = 'final'"
        " and not f.absent))"
    )
    return {row[0] for row in rows.read(sql, rows.key)}


CRITERIA = (
    "goals_met", "principles", "technologies", "climate", "logic", "satisfaction", "partners", "engagement",
    "application",
)  # fmt: skip


def effect(rows: Rows) -> dict[str, tuple[float, float, int, int, int, int]]:
    """Scale → mean before, mean after, better, same, worse, people."""
    both = [*measured(rows, "", EVER).values()]
    found: dict[str, tuple[float, float, int, int, int, int]] = {}
    for name in ("usefulness", "comfort", "support"):
        marks = [(one[name], other[name]) for one, other in both]
        means = (sum(one for one, _ in marks) / len(marks), sum(other for _, other in marks) / len(marks))
        better, worse = sum(b > a for a, b in marks), sum(b < a for a, b in marks)
        found[name] = (*means, better, len(marks) - better - worse, worse, len(marks))
    return found


def surveys(rows: Rows) -> list[dict[str, Any]]:
    """Every survey that is over and measures no change: how many were asked and answered, and field by field."""
    found: list[dict[str, Any]] = []
    for row in rows.read("select * from survey where programme = ? order by opens, id", rows.key):
        marks = rows.read("select answered, submission from survey_asked where survey = ?", row["id"])
        if row["cancelled_on"] or row["moment"] or not marks:
            continue
        if row["anonymous"]:
            told = rows.read("select data from survey_answer where survey = ?", row["id"])
        else:
            told = [
                rows.read("select data from submission where id = ?", each["submission"])[0]
                for each in marks
                if each["submission"]
            ]
        data = [json.loads(each[0]) for each in told]
        fields = {
            name: [each[name] for each in data if each.get(name) not in (None, "", [])]
            for name in dict.fromkeys(name for each in data for name in each)
        }
        found.append(
            {"form": row["form"], "asked": len(marks), "answered": sum(each[0] for each in marks), "fields": fields}
        )
    return found


if __name__ == "__main__":
    path, key, first, last = sys.argv[1:]
    found = Rows(Path(path), key)
    sys.stdout.write(
        json.dumps(figures(found, first, last, last) | final_report(found, last), ensure_ascii=False, indent=1)
    )
