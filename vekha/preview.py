"""A template as its author sees it: filled with invented people, printed, and printed again when a file changes.

No database and no programme: the example of the institution type stands in for both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from vekha.documents.engine import Html, Renderer
from vekha.domain.errors import VekhaError, problem
from vekha.domain.roadmap import Roadmap
from vekha.example import Example, template_variables
from vekha.plugin import InstitutionType
from vekha.registry import Registry
from vekha.settings import CHECKOUT


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template is used: the document of a row."""

    type: InstitutionType
    roadmap: Roadmap
    stage: str
    activity: str
    document: str
    template: str  # its full name, «school/programme.html»


@dataclass(frozen=True, slots=True)
class Sheet:
    """The document made for one place."""

    place: Place
    title: str
    html: Html
    pdf: bytes


class Workshop:
    """Renders templates of `registry`'s types and of the core's `base` folder with example data."""

    def __init__(self, registry: Registry) -> None:
        own = {code: each.folder / "templates" for code, each in registry.types.items()}
        self._registry = registry
        self._folders = {"base": CHECKOUT / "templates" / "documents", **own}
        self._renderer = Renderer(self._folders)

    def place(self, wanted: str, *, kind: str | None = None, document: str | None = None) -> Place:
        """The first document that `wanted` makes: a file, a template («school/programme.html», «programme.html») or the
        code of a document («programme»); `kind` and `document` choose among several.

        Raises VekhaError document.template_unused with the templates there are.
        """
        known = list(self._places(kind, document))
        names = self._names(wanted)
        for each in known:
            if each.template in names or each.document == wanted:
                return each
        near = ", ".join(dict.fromkeys(f"«{each.template}»" for each in known))
        raise VekhaError(problem("document.template_unused", wanted, template=wanted, known=near))

    def sheet(self, place: Place) -> Sheet:
        """The PDF, printed as an approved paper of the example. Raises VekhaError as `Renderer.html` and `pdf` do."""
        example = Example(place.type, place.roadmap)
        context = example.context(place.stage, place.document, activity=place.activity)
        html = self._renderer.html(place.template, template_variables(context))
        created = datetime.combine(context.document.date or example.today, time(), UTC)
        title = context.document.title
        return Sheet(place, title, html, self._renderer.pdf(html, title=title, created=created))

    def refresh(self) -> None:
        """Templates are read anew whenever they change, the style sheet only here."""
        self._renderer = Renderer(self._folders)

    def stamps(self) -> Mapping[Path, int]:
        """When each file of the template folders was changed last; what `--watch` compares."""
        return {
            path: path.stat().st_mtime_ns
            for folder in self._folders.values()
            for path in folder.rglob("*")
            if path.is_file()
        }

    def _places(self, kind: str | None, document: str | None) -> Iterator[Place]:
        for code, known in self._registry.types.items():
            if kind not in (None, code):
                continue
            for roadmap in self._registry.roadmaps(known):
                for stage, row in roadmap.rows():
                    for use in row.documents:
                        template = roadmap.documents[use.code].template
                        if template is not None and document in (None, use.code):
                            name = self._renderer.resolve(code, template)
                            yield Place(known, roadmap, stage.code, row.code, use.code, name)

    def _names(self, wanted: str) -> set[str]:
        """The full names that a person may mean."""
        path = Path(wanted).resolve()
        found = {wanted, *(f"{folder}/{wanted}" for folder in self._folders)}
        for folder, root in self._folders.items():
            if path.is_relative_to(root.resolve()):
                found.add(f"{folder}/{path.relative_to(root.resolve()).as_posix()}")
        return found
