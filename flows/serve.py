"""What an operator can start from Prefect's console of an embedded installation.

The hourly sweep is not scheduled here: the dispatcher makes it, at once after a start and without piling up the hours
that the machine was off. A region's server takes deployments and schedules from prefect.yaml instead.
"""

from prefect import serve
from prefect.deployments.runner import RunnerDeployment

from flows.campaign import launch_campaign
from flows.pack import render_pack
from flows.stage import complete_stage, open_stage
from flows.sweep import sweep

FLOWS = (complete_stage, open_stage, launch_campaign, sweep, render_pack)


def main() -> None:
    deployments = [RunnerDeployment.from_flow(flow, name="vekha", tags=["vekha"]) for flow in FLOWS]
    # They have no schedules to pause, and asking a server that is gone would keep the process from ending.
    serve(*deployments, pause_on_shutdown=False, print_starting_message=False)


if __name__ == "__main__":
    main()
