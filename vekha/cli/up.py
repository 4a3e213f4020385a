"""`vekha up`: the whole embedded installation as one tree of processes, until Ctrl-C."""

from typing import Annotated

from vekha.cli.arguments import option
from vekha.cli.output import warn
from vekha.cli.words import alone

commands = alone("up")


@commands.command("up")
def up(
    port: Annotated[int, option("--port", "port", "number", min=1, max=65535)] = 4200,
    console_port: Annotated[int | None, option("--console-port", "console_port", "number", min=1, max=65535)] = None,
) -> None:
    from vekha.settings import Settings  # noqa: PLC0415
    from vekha.supervisor import run  # noqa: PLC0415

    settings = Settings()
    if console_port is not None:
        settings = settings.model_copy(update={"console_port": console_port})
    run(settings, port, say=warn)
