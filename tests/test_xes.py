"""XES as the standard has it, whatever stands in the words."""

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vekha import xes
from vekha.xes import Trace

SPACE = "{http://www.xes-standard.org/}"
NOON = dt.datetime(2026, 10, 14, 9, 30, tzinfo=dt.UTC)


def test_cases_events_and_their_types(tmp_path: Path) -> None:
    event = {"concept:name": 'Приказ «О <запуске>» & "всё"\x00', "time:timestamp": NOON, "vekha:year": 2026}
    traces = (Trace({"concept:name": f"school-{number}"}, [event] * number) for number in range(3))
    assert xes.write(tmp_path / "log.xes", {"concept:name": "Наставничество"}, traces) == 3
    root = ElementTree.parse(tmp_path / "log.xes").getroot()
    cases = root.findall(f"{SPACE}trace")
    assert [len(each.findall(f"{SPACE}event")) for each in cases] == [0, 1, 2]
    told = {each.get("key"): (each.tag, each.get("value")) for each in cases[1].findall(f"{SPACE}event")[0]}
    assert told == {
        "concept:name": (f"{SPACE}string", 'Приказ «О <запуске>» & "всё"'),
        "time:timestamp": (f"{SPACE}date", "2026-10-14T09:30:00.000+00:00"),
        "vekha:year": (f"{SPACE}int", "2026"),
    }
    assert {each.get("prefix") for each in root.findall(f"{SPACE}extension")} == {"concept", "lifecycle", "org", "time"}


def test_a_log_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text("прежний", encoding="utf-8")

    def failing() -> Trace:
        raise OSError("нет места")

    with pytest.raises(OSError, match="нет места"):
        xes.write(path, {}, (failing() for _ in range(1)))
    assert path.read_text(encoding="utf-8") == "прежний"
    assert [each.name for each in tmp_path.iterdir()] == ["log.xes"]
