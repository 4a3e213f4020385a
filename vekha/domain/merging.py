"""Two entries of one person made one: what the entry in a register becomes, which consents fall, codes in answers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from vekha.domain.erasure import Json
from vekha.domain.people import Standing
from vekha.domain.reporting.nomination import AwardState

_RANK = (Standing.REGISTERED, Standing.CANDIDATE, Standing.WITHDRAWN)


def coalesced(one: Any, other: Any) -> Any:
    """The first where it says something."""
    return other if one in (None, "", [], {}) else one


def entry_of_both(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What of one's entry in a register changes when another entry of the same role becomes part of it.

    Registered in either is registered, since the earlier day; what the first does not tell the other tells.
    """
    days = [each["registered_on"] for each in (kept, other) if each["registered_on"]]
    both: dict[str, Any] = {
        "standing": min((Standing(each["standing"]) for each in (kept, other)), key=_RANK.index),
        "registered_on": min(days, default=None),
        "details": {**(other["details"] or {}), **(kept["details"] or {})},
        **{name: coalesced(kept[name], other[name]) for name in ("base", "employer", "supported_on", "reason")},
    }
    if both["standing"] is not Standing.WITHDRAWN:
        both["reason"] = None
    return {name: value for name, value in both.items() if value != kept[name]}


def reflection_of_both(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Of one's reflections on a meeting the one that says something."""
    if kept["answered_at"] or not other["answered_at"]:
        return {}
    return {name: value for name, value in other.items() if name not in ("meeting", "person") and value != kept[name]}


def presence_of_both(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever came under one name was there."""
    return {"present": True} if other["present"] and not kept["present"] else {}


def award_of_both(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What the head has approved is not lost under the other name."""
    if other["state"] != AwardState.APPROVED or kept["state"] == AwardState.APPROVED:
        return {}
    return {name: other[name] for name in ("state", "grounds", "words", "decided_by", "decided_at", "reason")}


def taken_back(consents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, date]]:
    """(id, day) of consents that fall with a withdrawal of the same purpose that came after they were signed."""
    rows = list(consents)
    last: dict[str, date] = {}
    for each in rows:
        if day := each["withdrawn_on"]:
            last[each["purpose"]] = max(day, last.get(each["purpose"], day))
    for each in rows:
        day = last.get(each["purpose"])
        if day and each["withdrawn_on"] is None and each["signed"] < day:
            yield each["id"], day


def recoded(value: Json, old: str, new: str) -> Json:
    """The same with one code instead of another, in keys and in values that are nothing but the code."""
    if isinstance(value, str):
        return new if value == old else value
    if isinstance(value, list):
        return [recoded(each, old, new) for each in value]
    if isinstance(value, dict):
        return {new if key == old else key: recoded(each, old, new) for key, each in value.items()}
    return value
