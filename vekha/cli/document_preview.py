"""`vekha document preview`: a template with invented people, for those who write templates."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from vekha.cli.arguments import argument, option, switch, write_file
from vekha.cli.document_life import commands
from vekha.cli.output import answer, count, line, show_problems, waiting, words
from vekha.domain.errors import VekhaError

if TYPE_CHECKING:
    from vekha.preview import Place, Sheet, Workshop

__all__ = ["commands"]

PAUSE = 0.3  # seconds between two looks at the files


@commands.command("preview")
def preview(
    template: Annotated[str, argument("template")],
    kind: Annotated[str | None, option("--type", "preview_type", "type")] = None,
    document: Annotated[str | None, option("--document", "preview_document", "document")] = None,
    out: Annotated[Path | None, option("--out", "out_file", "file")] = None,
    watch: Annotated[bool, switch("--watch", "watch")] = False,
) -> None:
    workshop = _workshop()
    place = workshop.place(template, kind=kind, document=document)
    target = out or Path(f"{place.document}.pdf")
    if not watch:
        with waiting(words("document.printing_one")):
            sheet = workshop.sheet(place)
        _keep(sheet, target)
        return
    for _ in changes(workshop):
        _try(workshop, place, target)


def changes(workshop: "Workshop") -> Iterator[Mapping[Path, int]]:
    """At once, and again whenever a file of the templates has changed; until Ctrl-C."""
    before: Mapping[Path, int] = {}
    while True:
        now = workshop.stamps()
        if now != before:
            before = now
            yield now
        time.sleep(PAUSE)


def _workshop() -> "Workshop":
    from vekha.preview import Workshop  # noqa: PLC0415 — templates and examples, for authors only
    from vekha.registry import load_plugins  # noqa: PLC0415
    from vekha.settings import Settings  # noqa: PLC0415

    return Workshop(load_plugins(Settings().plugins_dir))


def _try(workshop: "Workshop", place: "Place", target: Path) -> None:
    """A mistake is shown, and the author goes on writing."""
    workshop.refresh()
    try:
        _keep(workshop.sheet(place), target)
    except VekhaError as refused:
        show_problems(refused.problems)


def _keep(sheet: "Sheet", target: Path) -> None:
    write_file(target, sheet.pdf)
    place, blanks = sheet.place, list(sheet.html.blanks)
    told = {
        "file": str(target),
        "template": place.template,
        "type": place.type.code,
        "roadmap": place.roadmap.code,
        "document": place.document,
        "blanks": blanks,
    }
    answer(told, words("document.previewed", title=sheet.title, path=target, template=place.template))
    if blanks:
        line(words("document.blanks", blanks=count(len(blanks), "blank")))
        for each in blanks:
            line(f"  – {each}")
