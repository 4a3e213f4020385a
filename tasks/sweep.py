"""The round: what falls due opens, people are told; a programme that fails does not keep the others waiting."""

from datetime import timedelta

from tasks.step import step
from vekha.bootstrap import current
from vekha.domain.errors import VekhaError
from vekha.services.delivery import reminders
from vekha.services.launch import campaign_life
from vekha.services.mentoring import reflection_letters, stopping
from vekha.services.process import sweep
from vekha.services.reporting import collecting_notices
from vekha.services.surveys import life
from vekha.storage import outbox

CLEANED_AT_ONCE = 5000


@step("Найти, что пора открыть", timeout_seconds=60)
def programmes_to_sweep() -> list[str]:
    with current().work(writes=False) as work:
        return list(sweep.programmes_to_sweep(work))


@step("Обойти программы", timeout_seconds=300)
def sweep_batch(programmes: list[str]) -> tuple[int, list[str]]:
    """How many changes of state, and what failed: all in one transaction, one by one when that is refused."""
    try:
        with current().work() as work:
            return sweep.open_due(work, programmes), []
    except VekhaError:
        return _one_by_one(programmes)


def _one_by_one(programmes: list[str]) -> tuple[int, list[str]]:
    opened, failures = 0, list[str]()
    for key in programmes:
        try:
            with current().work() as work:
                opened += sweep.open_due(work, [key])
        except VekhaError as refusal:
            failures.append(f"{key}: {refusal}")
    return opened, failures


@step("Остановить работу без согласия", timeout_seconds=300)
def stop_lapsed() -> list[str]:
    """People whose consent is past its last day stop working, each in a transaction of its own; returns what failed."""
    with current().work(writes=False) as work:
        found = stopping.lapsed(work)
    failures = list[str]()
    for programme, person in found:
        try:
            with current().work() as work:
                stopping.stop_lapsed(work, programme, person)
        except VekhaError as refusal:
            failures.append(f"{programme}: {refusal}")
    return failures


@step("Завершить опросы", timeout_seconds=300)
def close_surveys() -> int:
    """Surveys whose last day is over; returns how many."""
    with current().work() as work:
        return life.close_due(work)


@step("Напомнить о сборах показателей", timeout_seconds=300)
def remind_collections() -> int:
    """How many curators heard of figures that wait for them."""
    with current().work() as work:
        return collecting_notices.remind_due(work)


@step("Напомнить об отзывах после встреч", timeout_seconds=300)
def remind_reflections() -> int:
    """How many of those who got a letter and have not answered get one more."""
    with current().work() as work:
        return reflection_letters.remind_due(work)


@step("Поставить напоминания в очередь", timeout_seconds=120)
def queue_reminders() -> int:
    """How many people there are to look at; the dispatchers share them."""
    with current().work() as work:
        return reminders.queue(work)


@step("Убрать сделанное из очереди", timeout_seconds=300)
def clean_outbox() -> int:
    """How many rows were done too long ago to keep; each lot goes in a short transaction of its own."""
    app = current()
    before, removed = app.clock() - timedelta(days=app.settings.outbox_days), 0
    while True:
        with app.work() as work:
            gone = outbox.clean(work.session, before, CLEANED_AT_ONCE)
        removed += gone
        if gone < CLEANED_AT_ONCE:
            return removed


@step("Подвести итог запусков", timeout_seconds=60)
def settle_campaigns() -> None:
    with current().work() as work:
        campaign_life.settle(work)
