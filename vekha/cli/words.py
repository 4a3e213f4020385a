"""Typer in Russian: help pages, and its errors of parsing as refusals of ours.

Typer brings its own copy of Click, so the words are changed where its classes let us, not through a translation file.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from vekha.cli.state import options
from vekha.domain.errors import Problem, WrongUseError, problem
from vekha.texts import section, text

_WITHOUT_BRACES = str.maketrans("", "", "{}")
_TYPES = {int: "number", float: "number"}  # what `cli.bad_value` asks for; anything else is a text


def say(key: str, /, **params: object) -> str:
    """A text of `cli/words.toml`."""
    return text(f"cli.words.{key}", **params)


# --- help pages -------------------------------------------------------------------------------------------------------


class _Russian:
    """The parts of a help page that Typer writes itself, for commands and groups alike."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx)).translate(_WITHOUT_BRACES)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('usage')}: ")

    def get_help_option(self, ctx: Any) -> Any:
        found = super().get_help_option(ctx)  # type: ignore[misc]
        if found is not None:
            found.help = say("help")
        return found

    def _write_parameters(self, ctx: Any, formatter: Any) -> None:
        rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for each in self.get_params(ctx):  # type: ignore[attr-defined]
            if not each.hidden:
                rows[each.param_type_name].append((_left(each), _right(each)))
        for kind, title in (("argument", say("arguments")), ("option", say("options"))):
            if rows[kind]:
                with formatter.section(title):
                    formatter.write_dl(rows[kind])


def _left(param: Any) -> str:
    """«--until ДАТА», «ПРОГРАММА»."""
    if param.param_type_name == "argument":
        return param.display_name_raw + ("…" if param.nargs != 1 else "")
    names = ", ".join([*param.opts, *param.secondary_opts])
    takes_value = not param.is_flag and not param.count
    return f"{names} {param.metavar or say('value')}" if takes_value else names


def _right(param: Any) -> str:
    notes = []
    if param.required:
        notes.append(say("required"))
    if param.show_envvar and param.envvar:
        notes.append(say("variable", name=param.envvar))
    shown = param.default if isinstance(param.default, str | int) and not isinstance(param.default, bool) else None
    if shown and param.show_default and not param.required:
        notes.append(say("default", value=shown))
    return " ".join([param.help or "", *(f"[{each}]" for each in notes)]).strip()


class Command(_Russian, TyperCommand):
    """A command; every one knows `--json`."""

    def __init__(self, name: str | None, **rest: Any) -> None:
        super().__init__(name, **{**rest, "options_metavar": say("options_metavar"), "rich_markup_mode": None})
        self.params.append(_json_option())

    def format_options(self, ctx: Any, formatter: Any) -> None:
        self._write_parameters(ctx, formatter)


class Group(_Russian, TyperGroup):
    """A family of commands; without one it shows its help."""

    def __init__(self, **rest: Any) -> None:
        metavars = {"options_metavar": say("options_metavar"), "subcommand_metavar": say("command_metavar")}
        super().__init__(**{**rest, **metavars, "rich_markup_mode": None, "no_args_is_help": True})

    def format_options(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(say("commands")):
            formatter.write_dl([(name, self.get_command(ctx, name).get_short_help_str(200)) for name in self.commands])  # type: ignore[union-attr]
        self._write_parameters(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0].startswith("-") or self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        close = get_close_matches(args[0], known := self.list_commands(ctx), 1)
        near = say("nearest", name=close[0]) if close else say("known", names=", ".join(known))
        raise WrongUseError(problem("cli.unknown_command", ctx.command_path, name=args[0], near=near))


def _json_option() -> Any:
    shell = typer.Typer(add_completion=False)

    @shell.command()
    def command(
        _json: Annotated[bool, typer.Option("--json", callback=remember_json, expose_value=False)] = False,
    ) -> None: ...

    option: Any = typer.main.get_command(shell).params[0]
    option.help = say("json")
    return option


def remember_json(value: bool) -> bool:
    options.json = options.json or value
    return value


# --- families of commands ---------------------------------------------------------------------------------------------


def family(name: str) -> typer.Typer:
    """A Typer whose commands take their help from `cli/help.toml`: `command("close")` reads `[stage] close`."""
    made = typer.Typer(cls=Group, add_completion=False, help=text(f"cli.help.{name}.about"))
    _helped(made, section(f"cli.help.{name}"))

    @made.callback()
    def callback() -> None: ...  # keeps a family of one command a family

    return made


def alone(name: str) -> typer.Typer:
    """A Typer of a single command."""
    made = typer.Typer(add_completion=False)
    _helped(made, {name: text(f"cli.help.{name}")})
    return made


def _helped(made: typer.Typer, helps: dict[str, Any]) -> None:
    plain = made.command

    def command(name: str, **rest: Any) -> Any:
        words: str = helps[name]
        return plain(name, cls=Command, help=words, short_help=words.partition("\n")[0], **rest)

    made.command = command  # type: ignore[method-assign]


# --- errors of parsing ------------------------------------------------------------------------------------------------


def parsing_problems(error: Any) -> Iterable[Problem]:
    """What Typer refuses, in our words: it says in English what its class and its parameter already tell."""
    where = error.ctx.command_path if getattr(error, "ctx", None) else "vekha"
    param: Any = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter":
            code = f"cli.missing_{param.param_type_name}" if param is not None else "cli.missing_argument"
            yield problem(code, where, name=_name(param), help=f"{where} --help")
        case "NoSuchOption":
            near = get_close_matches(error.option_name, _option_names(error.ctx), 1)
            hint = say("nearest", name=near[0]) if near else say("see_help", command=where)
            yield problem("cli.unknown_option", where, name=error.option_name, near=hint)
        case "BadOptionUsage":
            takes_none = "does not take" in error.message
            yield problem(f"cli.{'needless_value' if takes_none else 'value_needed'}", where, name=error.option_name)
        case "BadParameter":
            wanted = say(f"wanted.{_TYPES.get(param.type_descriptor.annotation, 'text')}") if param else ""
            yield problem("cli.bad_value", where, name=_name(param), wanted=wanted)
        case _ if "unexpected extra" in error.message:
            extra = error.message.partition("(")[2].partition("(")[2].removesuffix(")")
            yield problem("cli.extra_arguments", where, extra=extra, help=f"{where} --help")
        case "UsageError":
            yield problem("cli.missing_command", where, help=f"{where} --help")
        case _:
            yield problem("cli.wrong_use", where, detail=error.format_message())


def _name(param: Any) -> str:
    if param is None:
        return ""
    return param.display_name_raw if param.param_type_name == "argument" else param.opts[0]


def _option_names(ctx: Any) -> list[str]:
    return [name for each in ctx.command.get_params(ctx) for name in each.opts if name.startswith("--")]
