"""Facts of the process as sentences for a busy person: how a stage stands, when something is due, what is left."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vekha.domain.programme import StageState
from vekha.plugin import InstitutionType
from vekha.services.process.desk import Item
from vekha.services.process.stage_sheet import Lacking, Sheet, Step
from vekha.texts import section, text
from vekha.web.rendering import counted, day, plain_day

NAMES_SHOWN = 3


def step_words(step: Step) -> str:
    """«просрочен на 6 дней», «до 31 октября», «ждёт этапов 2, 3»."""
    match step.state:
        case StageState.CLOSED:
            return text("web.step.closed", date=plain_day(step.closed_on, _today(step)))
        case StageState.SKIPPED | StageState.CLOSING:
            return text(f"web.step.{step.state.value}")
        case StageState.PLANNED:
            if step.waits:
                return text(f"web.step.{'waits' if len(step.waits) > 1 else 'waits_one'}", stages=", ".join(step.waits))
            return text("web.step.from", date=plain_day(step.opens, _today(step)))
        case StageState.OPEN:
            return _open_words(step)


def _open_words(step: Step) -> str:
    if step.left < 0:
        return text("web.step.late", days=counted(-step.left, "days"))
    if step.left == 0:
        return text("web.step.today")
    if step.look == "soon":
        return text("web.step.soon", days=counted(step.left, "days"))
    return text("web.step.until", date=plain_day(step.due, _today(step)))


def _today(each: Step | Item) -> dt.date:
    """The institution's day, by which it was counted how much is left."""
    return each.due - dt.timedelta(days=each.left)


def due_words(item: Item) -> str:
    """«просрочено на 6 дней», «сегодня», «завтра», «через 3 дня», «до 10 сентября, чт»."""
    if item.left < 0:
        return text("web.due.late", days=counted(-item.left, "days"))
    if item.left <= 1:
        return text("web.due.tomorrow" if item.left else "web.due.today")
    if item.left <= 7:
        return text("web.due.in_days", days=counted(item.left, "days"))
    return text("web.due.until", date=day(item.due, _today(item)))


@dataclass(frozen=True, slots=True)
class Left:
    """A sentence about what is missing, and the link that does something about it."""

    sentence: str
    action: str
    address: str


def left_of(lacking: Lacking, sheet: Sheet, kind: InstitutionType) -> Left:
    """What a problem of the gate asks for, in words without codes and commands."""
    found, base = lacking.problem, f"/programmes/{sheet.key}/stages/{sheet.step.code}"
    row = next(each for each in sheet.lines if each.now.code == lacking.activity)
    family, _, name = found.code.partition(".")
    words = section("web.left").get(family, {}).get(name, section("web.left")["other"])
    params: dict[str, Any] = {"problem": _sentence(found.message), "activity": row.now.title, **dict(found.params)}
    form = str(params.get("form") or words.get("form", ""))
    titles = {each.code: each.title for each in kind.forms}
    params |= {"form": titles.get(form, form), "who": _who(params)}
    address = f"#a-{lacking.activity}"
    if words.get("to") == "form" and form in titles:
        address = f"{base}/activities/{lacking.activity}/forms/{form}"
    elif words.get("to") == "document":
        address = f"{base}/activities/{lacking.activity}/documents/{params['code']}"
    return Left(str(words["text"]).format_map(params), str(words["action"]), address)


def _who(params: Mapping[str, Any]) -> str:
    """Names while they are few; how many they are otherwise."""
    count = params.get("count")
    if isinstance(count, int) and count > NAMES_SHOWN:
        return counted(count, "people")
    return str(params.get("who", ""))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
