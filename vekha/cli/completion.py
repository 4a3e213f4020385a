"""Shell completion: Typer's machinery, our words."""

from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script
from typer._completion_shared import install as typer_install

from vekha.cli.words import say
from vekha.domain.errors import VekhaError, problem

COMPLETE = "_VEKHA_COMPLETE"
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def prepare() -> None:
    """Tells Typer how each shell asks and is answered; it does so itself only with options of its own."""
    completion_init()


def install() -> str:
    """Writes the completion into the shell's start-up files. Raises VekhaError cli.unknown_shell."""
    shell, path = typer_install(shell=_shell(), prog_name="vekha", complete_var=COMPLETE)
    return say("completion_installed", shell=shell, path=path)


def script() -> str:
    """The script to put into the start-up files by hand."""
    return get_completion_script(prog_name="vekha", complete_var=COMPLETE, shell=_shell())


def _shell() -> str:
    import shellingham  # noqa: PLC0415 — comes with Typer; asks the system which process called us

    try:
        found: str = shellingham.detect_shell()[0]
    except (shellingham.ShellDetectionFailure, OSError):
        found = ""
    if found not in SHELLS:
        raise VekhaError(problem("cli.unknown_shell", known=", ".join(SHELLS)))
    return found
