"""Launching a campaign: one run whatever its size, a task for each batch of institutions."""

from typing import Annotated

from prefect import flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.run import asked, named, refusals
from flows.sweep import batches, sweep_all
from tasks import campaigns as steps
from vekha.bootstrap import current
from vekha.services.launch import campaigns
from vekha.texts import text


@flow(name="launch-campaign", flow_run_name=text("flows.asked_run.launch_campaign"), timeout_seconds=3600)
@refusals
def launch_campaign(campaign: Annotated[str, asked("campaign")]) -> State:
    """Запустить цикл: программы всех организаций запуска, с рассчитанными сроками."""
    with current().work(writes=False) as work:
        row = campaigns.campaign_of(work, campaign)
    named(text("flows.run.launch_campaign", title=row.title), (f"campaign:{campaign}", f"region:{row.region}"))
    institutions = steps.institutions_to_launch(campaign)
    progress = create_progress_artifact(0.0, description=text("flows.artifact.launch", title=row.title))
    started = seen = 0
    for batch in batches(institutions, campaigns.BATCH):
        started += steps.launch_batch(campaign, batch)
        seen += len(batch)
        update_progress_artifact(progress, 100 * seen / len(institutions))  # type: ignore[arg-type]
    steps.finish_launch(campaign)
    sweep_all()  # what has begun already opens now, not within the hour
    return Completed(message=text("flows.launched", count=started, total=len(institutions)))
