"""`vekha up`: the whole embedded installation as one tree of processes, until Ctrl-C."""

from typing import Annotated

from vekha.cli.arguments import option
from vekha.cli.output import warn
from vekha.cli.words import alone

commands = alone("up")


@commands.command("up")
def up(port: Annotated[int, option("--port", "port", "number", min=1, max=65535)] = 4200) -> None:
    from vekha.settings import Settings  # noqa: PLC0415
    from vekha.supervisor import run  # noqa: PLC0415

    run(Settings(), port, say=warn)
