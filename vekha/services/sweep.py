"""The daily round: what falls due opens, and who is to be reminded is reminded once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from vekha.domain.access import Action
from vekha.domain.programme import SETTLED, ActivityState, StageState
from vekha.domain.reminders import days_to_remind
from vekha.services.programmes import Loaded, load
from vekha.services.stages import open_due
from vekha.services.work import Work
from vekha.storage.tables import Activity, Institution, Notice, Programme, Stage
from vekha.texts import text

EARLIEST_TZ = dt.timedelta(hours=14)  # somewhere it is tomorrow already


def programmes_to_sweep(work: Work) -> Sequence[str]:
    """Running programmes of the actor's where something may open or fall due, in the order of their keys.

    The day is the latest anywhere on Earth: each programme is then judged by its own local day.
    """
    day = (work.now + EARLIEST_TZ).date()
    waiting = select(Stage.programme).where(Stage.state == StageState.PLANNED, Stage.opens <= day)
    open_now = col(Activity.state).in_([ActivityState.PLANNED.value, ActivityState.OPEN.value])
    due = select(Activity.programme).where(open_now, Activity.opens <= day)
    rows = select(Programme.key, Institution.region, Institution.municipality, Institution.code)
    rows = rows.join(Institution, col(Institution.code) == col(Programme.institution))
    rows = rows.where(Programme.state == "running", col(Programme.key).in_(waiting) | col(Programme.key).in_(due))
    return [
        key
        for key, region, municipality, institution in work.session.exec(rows.order_by(col(Programme.key)))
        if work.actor.may(Action.WORK, region=region, municipality=municipality, institution=institution)
    ]


def sweep_one(work: Work, key: str) -> int:
    """Opens what is due in one programme and queues its reminders of today; returns how many changes of state."""
    opened = open_due(work, key)
    remind(work, load(work, key))
    return opened


def remind(work: Work, loaded: Loaded) -> None:
    """Queues each reminder of today under a key of its own, so that a second round sends nothing twice."""
    today = loaded.now.today
    for activity in loaded.now.activities.values():
        open_stage = loaded.stages[activity.stage].state in (StageState.OPEN, StageState.CLOSED)
        if activity.state in SETTLED or not activity.gate.required or not open_stage:
            continue
        place = f"{loaded.key}:{activity.stage}/{activity.code}:{activity.due}"
        payload: dict[str, Any] = {
            "programme": loaded.key,
            "stage": activity.stage,
            "activity": activity.code,
            "due": activity.due.isoformat(),
            "on": today.isoformat(),
        }
        days = days_to_remind(activity.due, today)
        if days is not None:
            work.queue("reminder", f"reminder:{place}:{days}", {**payload, "days": days})
        if activity.due < today:
            work.queue("event", f"event:deadline.missed:{place}", {**payload, "event": "deadline.missed"})


def deliver_reminder(work: Work, payload: dict[str, Any], key: str) -> None:
    """Puts a reminder into the lists of those responsible; what has been done meanwhile reminds nobody."""
    loaded = load(work, payload["programme"], Action.WORK)
    activity = loaded.now.activities.get((payload["stage"], payload["activity"]))
    if activity is None or activity.state in SETTLED:
        return
    due = dt.date.fromisoformat(payload["due"])
    days = int(payload["days"])
    kind = "before" if days > 0 else "today" if days == 0 else "after"
    words = text(f"reminder.{kind}", activity=activity.title, due=f"{due:%d.%m.%Y}", days=abs(days))
    for role in _responsible(loaded, activity.stage, activity.code):
        row = {"key": f"{key}:{role}", "programme": loaded.key, "role": role, "text": words}
        work.append(Notice, [{**row, "on": dt.date.fromisoformat(payload["on"])}])


def _responsible(loaded: Loaded, stage: str, activity: str) -> Sequence[str]:
    row = loaded.activities[stage, activity]
    if row.own:
        return (row.responsible or "curator",)
    return loaded.roadmap.activity(stage, activity).roles or ("curator",)
