"""Every number of three reports of a whole year against a recount of the bare rows (`recount`): the institution's
monitoring on several days, the region's collection, the final report as it is printed. For every type of institution.
"""

import datetime as dt
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.simulation import recount
from tests.simulation.years import live
from vekha.bootstrap import App
from vekha.domain.access import ENGINE
from vekha.domain.reporting.collection import Terms
from vekha.domain.reporting.indicators import INDICATORS
from vekha.services.office import documents
from vekha.services.office.contexts import DocumentPlace
from vekha.services.process.programmes import load
from vekha.services.reporting import collecting, monitoring_report, region_report
from vekha.simulation.clock import VirtualClock
from vekha.simulation.institution import REGION

KINDS = ("school", "college", "kindergarten")
SINCE = dt.date(2026, 1, 1)
DAYS = [dt.date(2026, 6, 1), dt.date(2026, 9, 11), dt.date(2026, 10, 19), dt.date(2026, 12, 31), dt.date(2027, 5, 31)]
GIVEN = {"children": 420, "youth": 96}


@dataclass(frozen=True)
class Year:
    app: App
    clock: VirtualClock
    path: Path

    def rows(self, kind: str) -> recount.Rows:
        return recount.Rows(self.path, f"{kind}-1-2026")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    home = tmp_path_factory.mktemp("year")
    app, clock, _ = live(home, KINDS, papers=False)
    yield Year(app, clock, home / "vekha.db")
    app.engine.dispose()


def told(figures: Any) -> dict[str, tuple[float, float | None]]:
    return {each.indicator.code: (each.figure.numerator, each.figure.denominator) for each in figures if each.figure}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("on", [*DAYS, None], ids=str)
def test_the_monitoring_of_any_day_adds_up(year: Year, kind: str, on: dt.date | None) -> None:
    with year.app.work(writes=False) as work:
        found = monitoring_report.monitoring(work, f"{kind}-1-2026", on)
        today = load(work, f"{kind}-1-2026").now.today
    window = found.window
    counted = recount.figures(year.rows(kind), f"{window.since}", f"{window.on}", f"{today}")
    known = {code: each for code, each in counted.items() if not INDICATORS[code].given}
    assert told(found.figures) == known
    assert set(counted) == set(INDICATORS)
    few = {code for code, each in known.items() if INDICATORS[code].survey and 0 < (each[1] or 0) < recount.FEW}
    assert {each.indicator.code for each in found.figures if each.hidden} == few


def test_the_days_of_the_recount_say_something(year: Year) -> None:
    """No indicator is nought on all of them: the recount would agree with anything."""
    every = [
        recount.figures(year.rows(kind), str(SINCE), str(on), str(year.clock.day)) for kind in KINDS for on in DAYS
    ]
    silent = {code for code in INDICATORS if not any(each[code][0] for each in every)}
    assert silent <= {"both_roles", "youth_share"}  # nobody of the story is both, nor a young mentor


@pytest.mark.parametrize("on", [DAYS[2], DAYS[4]], ids=str)
def test_the_report_of_the_region_adds_up(year: Year, on: dt.date) -> None:
    code = f"recount-{on:%m}"
    day = year.clock.day
    with year.app.work(ENGINE) as work:
        terms = Terms(title="Пересчёт", since=SINCE, on=on, opens=on, closes=day, plan={})
        row = collecting.create(work, code, REGION, terms)
        collecting.count(work, code, collecting.asked(work, row))
        collecting.confirm(work, code, "school-1", GIVEN)
    with year.app.work(writes=False) as work:
        found = region_report.report(work, code)
    counted = {kind: recount.figures(year.rows(kind), str(SINCE), str(on), str(day)) for kind in KINDS}
    counted["school"] |= {
        name: (counted["school"][name][0], GIVEN[given])
        for name, given in (("children_share", "children"), ("youth_share", "youth"))
    }
    assert {each.indicator.code for each in found.summary} == set(INDICATORS)
    for each in found.summary:
        name = each.indicator.code
        parts = [one[name] for one in counted.values() if not INDICATORS[name].given or one[name][1] is not None]
        assert each.figure is not None
        assert each.figure.numerator == pytest.approx(sum(one[0] for one in parts)), name
        assert (each.figure.denominator or 0) == sum(one[1] or 0 for one in parts), name
        assert sum(line.figures[name].numerator for line in found.lines) == pytest.approx(each.figure.numerator)


# --- the final report -------------------------------------------------------------------------------------------------


def printed(year: Year, kind: str) -> list[str]:
    """The lines of the report; cells of a row are parted by bars."""
    key = f"{kind}-1-2026"
    with year.app.work(writes=False) as work:
        loaded = load(work, key)
        place = next(
            DocumentPlace(stage.code, row.code, "final_report")
            for stage, row in loaded.roadmap.rows()
            if any(use.code == "final_report" for use in row.documents)
        )
        text = documents.preview(work, key, place).html.text
    text = re.sub(r"<(style|head)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"</(td|th)>", "|", text)
    text = re.sub(r"</(tr|p|h\d|div)>", "\n", text)
    lines = html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\N{NO-BREAK SPACE}", " ").replace("‑", "-")
    cells = (re.sub(r" *\| *", "|", line).strip(" |") for line in lines.splitlines())
    return [re.sub(" +", " ", each) for each in cells if each]


def one(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def per_cent(part: int, of: int) -> str:
    return f"{round(100 * part / of)} %"


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_the_final_report_adds_up(year: Year, kind: str) -> None:
    lines, rows = printed(year, kind), year.rows(kind)
    found = recount.final_report(rows, str(year.clock.day))
    assert between(lines, "№|Показатель|Значение", "Выполнение дорожной карты") == _table(found)
    assert [each.partition("|")[2] for each in between(lines, "Этап|", "Отклонения от плана")] == [
        f"{done} из {of}|{due[8:]}.{due[5:7]}.{due[:4]}|{closed[8:]}.{closed[5:7]}.{closed[:4]}"
        for done, of, due, closed in found["stages"]
    ]
    _check_effect(lines, found)
    met = between(lines, "№|Наставник|", "Влияние программы на участников")
    counted = [each.split("|") for each in met if each.count("|") == 5]
    assert {int(each[0]): int(each[4]) for each in counted} == found["of_pair"]
    marks = [int(each.rpartition("|")[2]) for each in between(lines, "№|Критерий|Балл", "Сумма баллов")]
    assert marks == found["curator"]
    whole = "\n".join(lines)
    assert numbers(_said(lines, "Программа наставничества в|В программе участвовали")) == [
        found["mentees"],
        found["mentors"],
        *([found["employers"]] if kind != "kindergarten" else []),
    ]
    for start, expected in _sentences(found):
        assert numbers(_said(lines, start)) == expected, start
    assert f"Сумма баллов|{sum(marks)} из 18" in whole


def _check_effect(lines: list[str], found: dict[str, Any]) -> None:
    if found["effect"]["comfort"][-1] < recount.FEW:
        assert any(each.startswith("Средние не приводятся") for each in lines)
        assert not any(each.startswith("Показатель|До|") for each in lines)
        return
    measured = between(lines, "Показатель|До|", "Выше, столько же, ниже")
    assert [each.partition("|")[2] for each in measured] == [*_effect(found)]


def between(lines: list[str], first: str, last: str) -> list[str]:
    start = next(place for place, each in enumerate(lines) if each.startswith(first))
    end = next(place for place, each in enumerate(lines) if place > start and each.startswith(last))
    return lines[start + 1 : end]


def numbers(sentence: str) -> list[float]:
    return [float(each.replace(",", ".")) for each in re.findall(r"\d+(?:,\d+)?", sentence)]


def _said(lines: list[str], start: str) -> str:
    return next(each for each in lines if each.startswith(tuple(start.split("|"))))


def _table(found: dict[str, Any]) -> list[str]:
    rows = {
        "Наставляемых, включённых в учётную базу": found["mentees"],
        "Наставников, включённых в реестр": found["mentors"],
        "Сформировано пар и групп": found["pairs"],
        "Завершили работу пар и групп": found["finished"],
        "Наставляемых, оставшихся без наставника": found["unpaired"],
        "Проведено встреч пар и групп": found["meetings"],
        "Проведено занятий и семинаров с наставниками": found["trainings"],
    }
    return [f"{number}|{title}|{value}" for number, (title, value) in enumerate(rows.items(), 1)]


def _effect(found: dict[str, Any]) -> Iterator[str]:
    for before, after, better, same, worse, people in found["effect"].values():
        change = round(round(after, 1) - round(before, 1), 1)
        sign = "+" if change > 0 else "−" if change < 0 else ""
        shares = "|".join(per_cent(each, people) for each in (better, same, worse))
        yield f"{one(before)}|{one(after)}|{sign}{one(abs(change))}|{shares}"


def _sentences(found: dict[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """How a sentence begins, and every number in it in its order."""
    yield "Из ", [found["activities"], found["done"], *([found["late"]] if found["late"] else [])]
    ends = [found[name] for name in ("ended_early", "replaced", "at_work") if found[name]]
    yield "Сформировано ", [found["pairs"], found["finished"], *ends]
    missed = [found["missed"]] if found["missed"] else []
    yield "Проведено ", [found["meetings"], *missed, found["attendance"], found["reflections"], found["useful"], 5]
    yield "Сравниваются ответы ", [found["effect"]["comfort"][-1]]
    satisfied = [(good, every) for good, every in found["satisfied"].values() if every >= recount.FEW]
    few = any(0 < every < recount.FEW for _, every in found["satisfied"].values())
    yield "Удовлетворены |Доля удовлетворённых ", [round(100 * good / every, 1) for good, every in satisfied]
    assert few  # the story has a group that is too small to be printed
    willing, asked = found["become_mentor"]
    yield "Готовы продолжить ", [*found["go_on"], *([willing] if asked >= recount.FEW else [])]
    yield "Завершили работу |Все сформированные ", [found["finished"], found["pairs"]]


# --- surveys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_survey_of_the_final_report_adds_up(year: Year, kind: str) -> None:
    """How many were asked and answered; of each question how many said what, or the mean; nothing of a few."""
    lines = printed(year, kind)
    start = lines.index("Результаты опросов")
    counted = recount.final_report(year.rows(kind), str(year.clock.day))["surveys"]
    heads = [place for place in range(start, len(lines)) if re.match(r"(Анонимный опрос|Опрос) проведён", lines[place])]
    assert len(heads) == len(counted)
    for head, survey in zip(heads, counted, strict=True):
        counts = re.search(r"приглашено (\d+) .*получено (\d+) ", lines[head])
        assert counts is not None
        assert [int(each) for each in counts.groups()] == [survey["asked"], survey["answered"]]
        rows = [each.split("|") for each in lines[head + 2 :]]
        rows = rows[: next((place for place, each in enumerate(rows) if len(each) != 4), len(rows))]
        expected = [_outcome(values) for name, values in survey["fields"].items() if values and name != "respondent"]
        expected = [each for each in expected if each]
        if survey["answered"] < recount.FEW:
            assert "Итоги не приводятся" in lines[head]
            continue
        told = [(0 if each[2] == "–" else int(each[2]), _parts(each[3])) for each in rows]
        assert told == expected, survey["form"]


def _outcome(values: list[Any]) -> tuple[int, dict[str, float]] | None:
    """How many answered and what the report has to say: no number of a few, nothing of words of one's own."""
    every = [word for each in values for word in (each if isinstance(each, list) else [each])]
    if any(isinstance(word, str) and word[0].isupper() for word in every):
        return None  # options are written small, words of one's own are not
    if len(values) < recount.FEW:
        return 0, {}
    if all(isinstance(each, bool) for each in values):
        said = [("да", sum(values)), ("нет", len(values) - sum(values))]
    elif all(isinstance(each, int | float) for each in values):
        return len(values), {"mean": round(sum(values) / len(values), 1)}
    else:
        said = list(Counter(every).items())
    return len(values), {word: float(count) for word, count in said if count}


def _parts(outcome: str) -> dict[str, float]:
    if mean := re.match(r"в среднем ([\d,]+)", outcome):
        return {"mean": float(mean[1].replace(",", "."))}
    found = (re.match(r"(.*) – (\d+)", each) for each in outcome.split("; "))
    return {each[1]: float(each[2]) for each in found if each}
