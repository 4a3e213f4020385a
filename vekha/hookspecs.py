"""The hooks a plugin may implement. The docstrings are their documentation, the signatures their contract.

A plugin implements a hook by writing a function of the same name under `@hookimpl` in its `plugin.py`; it may leave out
arguments that it does not need. `docs/plugin-author.md` quotes these signatures; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pluggy

from vekha.domain.calendar_file import Override
from vekha.domain.facts import DocumentFacts, Event, InstitutionFacts
from vekha.plugin import InstitutionType

if TYPE_CHECKING:
    from typer import Typer

hookspec = pluggy.HookspecMarker("vekha")


@hookspec
def vekha_institution_types() -> Sequence[InstitutionType] | InstitutionType:  # pyright: ignore[reportReturnType] — a specification
    """Returns the institution types this plugin brings, usually one.

    Called once, when plugins are loaded. Two types with one code are fatal: nobody could tell which roadmap a running
    programme belongs to.
    """


@hookspec(firstresult=True)
def vekha_working_calendar(region: str, year: int) -> Mapping[date, Override] | None:
    """Returns the days of `year` on which `region` differs from the calendar of all Russia, each with its reason.

    `region` is its code in Vekha. The core answers for every other day, and for the whole year when all plugins return
    None. The first answer wins.
    """


@hookspec(firstresult=True)
def vekha_document_number(document: DocumentFacts, institution: InstitutionFacts, year: int, serial: int) -> str | None:
    """Returns the number to print on an approved document, such as «63/1» or «42-ОД».

    The core allocates `serial`, which grows within the institution, the calendar `year` and the journal that serves
    this kind of document, and never gives one number twice. None leaves the form of the number to the next plugin and,
    last, to the journal's pattern. The first answer wins. A plugin that raises here stops the approval: a wrong number
    is worse than none.
    """


@hookspec(firstresult=True)
def vekha_scan_file(content: bytes, name: str, media_type: str) -> str | None:
    """Returns why an uploaded file must not be taken, in words that its reader understands, or None to let it pass.

    Called before anything of the file is stored, after its type was told by its content (`media_type`); `name` is what
    the sender calls it. The first refusal wins. A plugin that raises here stops the upload: a file that nobody could
    check is not taken.
    """


@hookspec
def vekha_on_event(event: Event) -> None:
    """Called after the commit of whatever happened, in the dispatcher's process.

    Each listener is isolated: one that raises is reported and called again later, the others are not held up. An event
    comes at least once; `event.id` tells a repetition.
    """


@hookspec
def vekha_register_commands(cli: "Typer") -> None:
    """Adds commands to `vekha`, with `cli.command()` or `cli.add_typer()`. Called once, at the start of the CLI."""
