"""Writing down a meeting that took place, or did not for somebody's absence: the row that every counter reads, who
came, and which planned meeting it was."""

import datetime as dt

from vekha.domain.meetings import MeetingState
from vekha.domain.people import HoldMeeting
from vekha.services.process import queries as q
from vekha.services.process.programmes import Loaded
from vekha.services.work import Work
from vekha.storage.tables import Attendance, Meeting, PlannedMeeting

NEAR = 7  # days between a planned meeting and a record of its kind that means it


def record(work: Work, loaded: Loaded, command: HoldMeeting) -> str:
    """Returns the pair's code, '' for an event of the programme."""
    given = {each: getattr(command, each) for each in ("pair", "kind", "on", "topic", "minutes", "absent")}
    serial = work.insert(Meeting, {"programme": loaded.key, **given})
    work.audit(f"meeting:{command.kind}", programme=loaded.key, new=f"{command.on:%Y-%m-%d}", why=command.pair)
    if command.pair is None:
        return ""
    if command.present is not None:
        pair = loaded.now.people.pairs[command.pair]
        for person in (*pair.mentors, *pair.mentees):
            work.insert(Attendance, {"meeting": serial, "person": person, "present": person in command.present})
    planned = _planned(work, loaded.key, command)
    if planned is not None:
        planned.state = MeetingState.MISSED if command.absent else MeetingState.HELD
        planned.meeting, planned.on = serial, command.on
        work.session.add(planned)
    return command.pair


def _planned(work: Work, key: str, command: HoldMeeting) -> PlannedMeeting | None:
    """The one that was meant; else of those of the kind that are near the one nearest to the day."""
    if command.planned is not None:
        return work.session.get(PlannedMeeting, command.planned)
    work.session.flush()  # a meeting that was planned or moved just now
    near = dt.timedelta(days=NEAR)
    asked = {"key": key, "pair": command.pair, "kind": command.kind, "since": command.on - near}
    found = q.read(work.session, q.PLANNED_NEAR, {**asked, "until": command.on + near})
    nearest = min(found, key=lambda each: (abs(each.on - command.on), each.on, each.id), default=None)
    return work.session.get_one(PlannedMeeting, nearest.id) if nearest else None
