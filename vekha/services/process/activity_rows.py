"""The rows of one programme's activities, behind what the domain sees of them."""

from collections.abc import Iterable, Iterator, Mapping, ValuesView
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from vekha.services.process import queries as q
from vekha.storage.tables import Activity

Place = tuple[str, str]  # a stage's code and an activity's
FEW = 2  # rows that are read one by one


class ActivityRows(Mapping[Place, Activity]):
    """The rows of a programme's activities, read when they are asked for.

    What is done to a programme mostly changes one or two of its thirty activities: the first rows come one by one, and
    whoever goes on asking gets all the others at once.
    """

    def __init__(self, session: Session, key: str, places: Iterable[Place]) -> None:
        self._session = session
        self._key = key
        self._rows: dict[Place, Activity | None] = dict.fromkeys(places)
        self._asked = 0

    def __getitem__(self, place: Place) -> Activity:
        row = self._rows[place]
        if row is None:
            self._asked += 1
            if self._asked > FEW:
                self._read_all()
            row = self._rows[place] = self._session.get_one(Activity, (self._key, *place))
        return row

    def __iter__(self) -> Iterator[Place]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def values(self) -> ValuesView[Activity]:
        if any(row is None for row in self._rows.values()):
            self._read_all()
        return super().values()

    def put(self, row: Activity) -> None:
        self._rows[row.stage, row.code] = row

    def note(self, place: Place, values: Mapping[str, Any]) -> None:
        """A row was changed past the ORM: if it has been read, it stays true to what is written."""
        row = self._rows[place]
        for name, value in values.items() if row is not None else ():
            set_committed_value(row, name, value)

    def _read_all(self) -> None:
        for row in self._session.execute(q.ACTIVITY_ROWS, {"key": self._key}).scalars():
            self._rows[row.stage, row.code] = row
