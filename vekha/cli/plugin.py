"""`vekha plugin`: the types of institutions, their checks, a new one, the schema for editors."""

from pathlib import Path
from typing import Annotated

import typer

from vekha.cli.arguments import argument, option
from vekha.cli.output import answer, as_json, count, line, listing, progress, show_problems, show_warnings, words
from vekha.cli.state import options
from vekha.cli.words import family
from vekha.domain.errors import Problem
from vekha.registry import Registry, load_plugins
from vekha.settings import Settings

commands = family("plugin")

Folder = Annotated[Path | None, option("--plugins", "plugins_folder", "folder")]


@commands.command("list")
def every() -> None:
    registry = _registry(None)
    rows = []
    for code, kind in registry.types.items():
        roadmap = registry.roadmap(code)
        rows.append(
            {
                "code": code,
                "version": roadmap.version,
                "title": kind.title,
                "stages": len(roadmap.stages),
                "activities": sum(1 for _ in roadmap.rows()),
                "forms": len(kind.forms),
                "documents": len(roadmap.documents),
                "roadmaps": [each.code for each in registry.roadmaps(kind)],
            }
        )
    names = ("code", "version", "title", "stages", "activities", "forms", "documents")
    listing(rows, {name: name for name in names}, words("plugin.none"))
    show_warnings(registry.problems)


@commands.command("check")
def check(code: Annotated[str | None, argument("plugin")] = None, folder: Folder = None) -> None:
    from vekha.plugin_checks import run_checks  # noqa: PLC0415 — templates and samples, half a second

    registry = _registry(folder)
    kinds = [registry.type(code)] if code else list(registry.types.values())
    reports = [run_checks(each, registry) for each in progress(kinds, words("plugin.checking"))]
    broken: list[Problem] = [*([] if code else registry.problems), *(p for each in reports for p in each.errors)]
    warnings = [each for report in reports for each in report.warnings]
    if options.json:
        as_json({"problems": broken, "warnings": warnings, "types": [each.type.code for each in reports]})
    else:
        show_warnings(warnings)
        if broken:
            show_problems(broken)
        else:
            done = sum(len(report.findings) for report in reports)
            line(
                words("plugin.clean", types=", ".join(each.type.code for each in reports), checks=count(done, "check"))
            )
    if broken:
        raise typer.Exit(1)


@commands.command("new")
def new(
    code: Annotated[str, argument("new_plugin", "plugin")],
    title: Annotated[str, option("--title", "plugin_title", "text")],
    folder: Folder = None,
) -> None:
    from vekha.scaffold import create_plugin  # noqa: PLC0415

    home = folder or Settings().plugins_dir or Path("plugins")
    files = create_plugin(home, code, title)
    data = {"folder": str(home / code), "files": [str(each) for each in files]}
    answer(data, words("plugin.created", path=home / code, code=code))


@commands.command("schema")
def schema() -> None:
    from vekha.domain.roadmap_schema import json_schema  # noqa: PLC0415

    as_json(json_schema())


def _registry(folder: Path | None) -> Registry:
    return load_plugins(folder or Settings().plugins_dir)
