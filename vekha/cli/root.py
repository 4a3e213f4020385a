"""`vekha` itself: commands found by name and imported only when called, every failure as words and an exit code."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, Exit, TyperException

from vekha.cli import state
from vekha.cli.words import Group, parsing_problems, remember_json, say
from vekha.domain.errors import VekhaError, WrongUseError
from vekha.texts import section, text

# Sections of the help page: command → module, «:name» where a module has several. None is imported before it is called.
SECTIONS: dict[str, dict[str, str]] = {
    "start": {"demo": "show:demo", "up": "up", "doctor": "machine", "simulate": "show:simulate"},
    "curator": {
        "programme": "programme",
        "stage": "stage",
        "activity": "activity",
        "form": "form",
        "document": "document_preview",
        "journal": "journal",
        "person": "people_doubles",
        "match": "match",
        "pair": "pair_work",
        "meeting": "meeting_plan",
        "monitoring": "monitoring",
        "award": "award",
        "practice": "practice",
        "consent": "consent",
        "duty": "duty",
        "link": "link",
        "survey": "survey",
    },
    "operator": {
        "institution": "institution",
        "campaign": "campaign_dates",
        "roadmap": "roadmap",
        "extension": "extension",
        "sweep": "sweep",
        "notices": "notices",
        "account": "account",
        "token": "token",
        "contact": "contact",
        "mail": "mail",
        "feed": "feed",
        "audit": "audit",
        "report": "report",
        "collection": "collection",
        "law": "law",
    },
    "author": {"deadline": "deadline", "calendar": "days", "plugin": "plugin", "db": "database"},
}
INTERRUPTED = 130  # what Typer makes of Ctrl-C, as shells do
MODULES = {name: module for commands in SECTIONS.values() for name, module in commands.items()}


class Root(Group):
    """The top of the command line."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return [*MODULES, *_plugin_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in MODULES:
            return _plugin_commands().get(cmd_name)
        module, _, attribute = MODULES[cmd_name].partition(":")
        made = getattr(import_module(f"vekha.cli.{module}"), attribute or "commands")
        found = typer.main.get_command(made)
        found.name = cmd_name
        return found

    def format_options(self, ctx: Any, formatter: Any) -> None:
        for name, commands in SECTIONS.items():
            with formatter.section(say(f"sections.{name}")):
                formatter.write_dl([(each, short_help(each)) for each in commands])
        if extra := _plugin_commands():
            with formatter.section(say("sections.plugins")):
                formatter.write_dl([(name, each.get_short_help_str(200)) for name, each in extra.items()])
        self._write_parameters(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        from typer._click.shell_completion import CompletionItem  # noqa: PLC0415 — the type Typer wants back

        names = [name for name in MODULES if name.startswith(incomplete)]
        return (
            [CompletionItem(name, help=short_help(name)) for name in names]
            if names
            else super(Group, self).shell_complete(ctx, incomplete)
        )


def short_help(name: str) -> str:
    """The first line of a command's help, without importing the command."""
    words: str | dict[str, str] = section("cli.help")[name]
    return (words if isinstance(words, str) else words["about"]).partition("\n")[0]


def _plugin_commands() -> dict[str, Any]:
    """Commands that plugins add. They are loaded only when some plugin of the checkout mentions the hook."""
    from vekha.cli.plugin_commands import plugin_commands  # noqa: PLC0415

    return plugin_commands()


vekha = typer.Typer(cls=Root, add_completion=False, help=text("cli.words.about"))


def _show_version(value: bool) -> None:
    if value:
        from vekha import __version__  # noqa: PLC0415

        typer.echo(say("version_is", version=__version__))
        raise typer.Exit


def _install_completion(value: bool) -> None:
    if value:
        from vekha.cli.completion import install  # noqa: PLC0415

        typer.echo(install())
        raise typer.Exit


def _show_completion(value: bool) -> None:
    if value:
        from vekha.cli.completion import script  # noqa: PLC0415

        typer.echo(script())
        raise typer.Exit


def _flag(name: str, key: str, act: Callable[[bool], object]) -> Any:
    """An option that acts at once, whatever else is written."""
    return typer.Option(name, help=say(key), callback=act, expose_value=False)


def _who(name: str, metavar: str, variable: str) -> Any:
    return typer.Option(f"--{name}", envvar=variable, metavar=say(metavar), help=say(name), show_envvar=True)


@vekha.callback()
def remember(
    actor: Annotated[str, _who("actor", "name", "VEKHA_ACTOR")] = "",
    role: Annotated[str, _who("role", "role_metavar", "VEKHA_ROLE")] = "administrator",
    region: Annotated[str, _who("region", "code", "VEKHA_REGION")] = "",
    municipality: Annotated[str, _who("municipality", "municipality_metavar", "VEKHA_MUNICIPALITY")] = "",
    institution: Annotated[str, _who("institution", "code", "VEKHA_INSTITUTION")] = "",
    _json: Annotated[bool, _flag("--json", "json", remember_json)] = False,
    _install: Annotated[bool, _flag("--install-completion", "install_completion", _install_completion)] = False,
    _show: Annotated[bool, _flag("--show-completion", "show_completion", _show_completion)] = False,
    _version: Annotated[bool, _flag("--version", "version", _show_version)] = False,
) -> None:
    """Who acts, for the command that follows."""
    state.options.actor, state.options.role = actor, role
    state.options.region, state.options.municipality, state.options.institution = region, municipality, institution


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line; see `vekha.cli.main`."""
    state.reset()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if "--json" in arguments:
        state.options.json = True  # before parsing: a refusal of the parsing is JSON as well
    try:
        if "_VEKHA_COMPLETE" in os.environ:
            from vekha.cli.completion import prepare  # noqa: PLC0415

            prepare()
        command = typer.main.get_command(vekha)
        given = command.main(args=arguments or ["--help"], prog_name="vekha", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 — nobody is shown a traceback
        return _explain(error)
    if given == INTERRUPTED:
        typer.echo(say("interrupted"), err=True)
    return given if isinstance(given, int) else 0


def _explain(error: Exception) -> int:
    from vekha.cli.output import show_problems, unexpected  # noqa: PLC0415

    match error:
        case Exit():
            return error.exit_code
        case Abort():
            typer.echo(say("interrupted"), err=True)
            return INTERRUPTED
        case BrokenPipeError():
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 — the reader has gone away
            return 1
        case VekhaError():
            refusal = error
        case TyperException() if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.message)
            return 0
        case TyperException():
            refusal = WrongUseError(parsing_problems(error))
        case _:
            refusal = unexpected(error)
    show_problems(refusal.problems)
    return refusal.exit_code
