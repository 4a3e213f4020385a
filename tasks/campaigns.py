"""Campaigns: one transaction for each batch of institutions."""

from tasks.step import step
from vekha.bootstrap import current
from vekha.services.launch import campaigns


@step("Проверить запуск", timeout_seconds=120)
def institutions_to_launch(campaign: str) -> list[str]:
    with current().work(writes=False) as work:
        campaigns.preview(work, campaign)  # refuses with everything that cannot be dated
        row = campaigns.campaign_of(work, campaign)
        return [each.code for each in campaigns.targets(work, row)]


@step("Запустить программы", timeout_seconds=120)
def launch_batch(campaign: str, institutions: list[str]) -> int:
    with current().work() as work:
        return campaigns.launch_batch(work, campaign, institutions)


@step("Отметить запуск выполненным", timeout_seconds=30)
def finish_launch(campaign: str) -> None:
    with current().work() as work:
        campaigns.finish_launch(work, campaign)
