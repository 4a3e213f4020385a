"""The hourly round as a run: what opens, who is told, what is sent; one fault keeps nobody else waiting."""

from collections import Counter
from collections.abc import Sequence

import pytest
from sqlmodel import select

from tests.conftest import VirtualClock
from tests.flows.story import states
from tests.mail.server import Mailbox, serving
from vekha.bootstrap import App, build
from vekha.domain.errors import VekhaError, problem
from vekha.services.process import stages
from vekha.services.process import sweep as rounds
from vekha.services.work import Work
from vekha.settings import Settings
from vekha.storage.tables import Institution, Notice, Programme

pytestmark = [pytest.mark.slow, pytest.mark.prefect]

KEYS = ("milestone-1-2026", "milestone-2-2026")


def go_round(app: App) -> tuple[str, dict[str, str]]:
    """The run's message, and what failed of what it queued."""
    from flows.dispatcher import drain, quick_runs  # noqa: PLC0415
    from flows.sweep import sweep  # noqa: PLC0415
    from vekha.bootstrap import use  # noqa: PLC0415

    use(app)
    with quick_runs():
        state = sweep(return_state=True)
    return f"{state.name}: {state.message}", drain(app).errors


def notices(app: App) -> list[tuple[str, str]]:
    with app.work(writes=False) as work:
        return [(str(row.on), row.subject) for row in work.session.exec(select(Notice).order_by(Notice.key))]


def test_the_round_opens_what_is_due_and_tells_everybody_once(launched: App, clock: VirtualClock) -> None:
    with launched.work() as work:
        stages.skip(work, KEYS[0], "prepare", "проба")
    assert states(launched, KEYS[0])["work"] == "planned"
    clock.pass_days(14)
    assert go_round(launched) == ("Completed: Просмотрено программ: 1, открылось этапов и мероприятий: 2", {})
    assert states(launched, KEYS[0])["work"] == "open"
    assert notices(launched) == [("2026-05-18", "Сроки: у 1 мероприятия подходит срок")]
    assert go_round(launched)[1] == {}
    assert len(notices(launched)) == 1


def test_a_programme_that_cannot_be_opened_keeps_no_other_waiting(
    launched: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in KEYS:
        with launched.work() as work:
            stages.skip(work, key, "prepare", "проба")
    opening = rounds.open_due

    def failing(work: Work, keys: Sequence[str]) -> int:
        if KEYS[0] in keys:
            raise VekhaError(problem("programme.unknown", programme=KEYS[0]))
        return opening(work, keys)

    monkeypatch.setattr(rounds, "open_due", failing)
    message, _ = go_round(launched)
    assert message.startswith("Failed: Обход не удался у 1 из 2; первая ошибка: milestone-1-2026:")
    assert [states(launched, key)["work"] for key in KEYS] == ["planned", "open"]


def test_a_type_that_is_not_loaded_waits_and_keeps_no_other_waiting(launched: App) -> None:
    for key in KEYS:
        with launched.work() as work:
            stages.skip(work, key, "prepare", "проба")
    with launched.work() as work:
        home = work.session.get_one(Programme, KEYS[0]).institution
        work.session.get_one(Institution, home).type = "unknown"
    assert go_round(launched)[0].startswith("Completed: Просмотрено программ: 1,")
    assert [states(launched, key)["work"] for key in KEYS] == ["planned", "open"]


def test_letters_go_with_the_round(launched: App, clock: VirtualClock) -> None:
    mailbox = Mailbox()
    with launched.work() as work:
        for number in (1, 2):
            row = work.session.get_one(Institution, f"milestone-{number}")
            row.staff = {role: {**told, "email": f"{role}{number}@school.example"} for role, told in row.staff.items()}
    clock.pass_days(28)
    with serving(mailbox) as server:
        smtp = {"smtp_port": str(server.port), "smtp_security": "none", "smtp_from": "vekha@region.example"}
        settings = Settings(**{**launched.settings.model_dump(), "smtp_host": "127.0.0.1", **smtp})
        app = build(settings, clock)
        assert go_round(app)[1] == {}
        assert go_round(app)[1] == {}
    assert Counter(to for _, to, _ in mailbox.kept) == Counter(
        {"director1@school.example": 1, "director2@school.example": 1}
    )
    with launched.work(writes=False) as work:
        assert {row.mail for row in work.session.exec(select(Notice))} == {"sent"}
