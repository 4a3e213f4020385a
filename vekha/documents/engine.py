"""Templates to HTML to PDF. Knows templates, fonts and words; knows nothing of programmes, databases or flows."""

import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError

from vekha.documents.environment import DocumentEnvironment, MissingVariableError
from vekha.documents.filters import FILTERS, TESTS
from vekha.documents.folders import Folders
from vekha.documents.jinja_words import in_russian
from vekha.documents.language import typographic_html
from vekha.documents.pdf import AttachedFile, Press
from vekha.documents.session import TooMuchWorkError, rendering
from vekha.domain.errors import Problem, VekhaError, problem

if TYPE_CHECKING:
    from vekha.documents.editable.package import Properties

STYLESHEET = "base/base.css"
_NAME_CELL = re.compile(r'<td><span class="name">([^<]*)</span></td>')  # one box for each of hundreds of rows


@dataclass(frozen=True, slots=True)
class Html:
    """A rendered document; `blanks` are the labels of what nobody has filled in, in order of appearance."""

    text: str
    blanks: tuple[str, ...] = ()


class Renderer:
    """Renders the templates of `folders`: the core's under «base», a plugin's under its code.

    Keep one for a process: it holds the parsed templates, the stylesheet and the fonts.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = Folders(folders)
        self._environment = DocumentEnvironment(self._folders, FILTERS, TESTS)
        self._press = Press(self._folders, STYLESHEET)
        self._read: dict[Path, tuple[int, tuple[Problem, ...], tuple[tuple[str, str], ...]]] = {}

    def html(self, template: str, context: Mapping[str, object]) -> Html:
        """`template` («school/order_launch.html») filled from `context`, with Russian typography.

        Raises VekhaError: document.missing_variable, template_missing, template_syntax, forbidden_expression,
        too_much_work, template_failed, each with the template's line.
        """
        positions = context.get("positions")
        with rendering(positions if isinstance(positions, Mapping) else None) as session:
            try:
                text = self._environment.get_template(template).render(context)
            except VekhaError:
                raise
            except Exception as error:
                raise VekhaError(self._explain(error, template, context)) from error
        return Html(typographic_html(_NAME_CELL.sub(r'<td class="name">\1</td>', text)), tuple(session.blanks))

    def pdf(
        self,
        html: Html | str,
        *,
        title: str,
        created: datetime,
        identifier: bytes = b"",
        attachments: Iterable[AttachedFile] = (),
        fillable: bool = False,
    ) -> bytes:
        """PDF/A-3a of `html`, or a form to fill. Equal arguments give equal bytes on one machine.

        Raises as `Press.print`.
        """
        text = html.text if isinstance(html, Html) else html
        return self._press.print(
            text, title=title, created=created, identifier=identifier, attachments=attachments, fillable=fillable
        )

    def docx(self, html: Html | str, properties: "Properties") -> bytes:
        """An editable copy of `html`. Equal arguments give equal bytes on one machine.

        Raises VekhaError document.no_editable_form and as `Press.print`.
        """
        from vekha.documents.editable.package import write  # noqa: PLC0415 — python-docx is for copies only

        with self._press.styled(html.text if isinstance(html, Html) else html) as text:
            return write(text, properties)

    def check(self, template: str) -> list[Problem]:
        """Everything that is wrong with `template` and what it extends, includes or imports, without rendering it."""
        return list(self._check(template, "", set()))

    def resolve(self, owner: str, template: str) -> str:
        """The full name of a roadmap's `template`: the plugin's («school/x.html»), else the core's («base/x.html»)."""
        own = f"{owner}/{template}"
        return own if self._folders.find(own) is not None else f"base/{template}"

    def templates(self) -> tuple[str, ...]:
        """The names of all templates, sorted."""
        return self._folders.names()

    def changed(self) -> int:
        """Grows with every change of a template."""
        return self._folders.changed()

    def _check(self, name: str, where: str, seen: set[str]) -> Iterator[Problem]:
        if name in seen:
            return
        seen.add(name)
        path = self._folders.find(name)
        if path is None:
            yield self._not_found(name, where)
            return
        found, others = self._reading(name, path)
        yield from found
        for other, place in others:
            yield from self._check(other, place, seen)

    def _reading(self, name: str, path: Path) -> tuple[tuple[Problem, ...], tuple[tuple[str, str], ...]]:
        """What is wrong in this file itself, and what else it names and where. Read once: all share the base ones."""
        stamp = path.stat().st_mtime_ns
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            self._read[path] = known = (stamp, *self._study(name, path))
        return known[1:]

    def _study(self, name: str, path: Path) -> tuple[tuple[Problem, ...], tuple[tuple[str, str], ...]]:
        try:
            tree = self._environment.parse(path.read_text(encoding="utf-8"), name, str(path))
        except TemplateSyntaxError as error:
            return (_syntax(error, name),), ()
        found: list[Problem] = []
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            known = self._environment.filters if isinstance(node, nodes.Filter) else self._environment.tests
            if node.name not in known:
                found.append(_unknown(node.name, f"{name}:{node.lineno}", known))
        others = [
            (str(node.template.value), f"{name}:{node.lineno}")
            for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
            if isinstance(node.template, nodes.Const)
        ]
        return tuple(found), tuple(others)

    def _explain(self, error: Exception, template: str, context: Mapping[str, object]) -> Problem:
        where = self._place(error) or template
        match error:
            case MissingVariableError():
                return _missing(error, where, context)
            case TemplateNotFound():
                return self._not_found(str(error.name or template), "" if error.name == template else where)
            case TemplateSyntaxError():
                return _syntax(error, template)
            case SecurityError():
                return problem("document.forbidden_expression", where)
            case TooMuchWorkError() | OverflowError() | RecursionError() | MemoryError():
                return problem("document.too_much_work", where)
            case _:
                return problem("document.template_failed", where, reason=f"{type(error).__name__}: {error}")

    def _place(self, error: Exception) -> str:
        """«template:line» of the innermost frame that is a template of ours."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            name = self._folders.name_of(frame.filename)
            if name is not None:
                return f"{name}:{frame.lineno}"
        return ""

    def _not_found(self, name: str, where: str) -> Problem:
        return problem("document.template_missing", where, name=name, near=_near(name, self.templates()))


def _syntax(error: TemplateSyntaxError, name: str) -> Problem:
    where = f"{error.name or name}:{error.lineno}"
    message = error.message or ""
    if message == "autoescape":
        return problem("document.forbidden_expression", where)
    if message.startswith(("No filter named", "No test named")):
        return problem("document.unknown_filter", where, name=message.split("'")[1], near=_near("", FILTERS))
    return problem("document.template_syntax", where, reason=in_russian(message))


def _unknown(name: str, where: str, known: Iterable[str]) -> Problem:
    return problem("document.unknown_filter", where, name=name, near=_near(name, known))


def _missing(error: MissingVariableError, where: str, context: Mapping[str, object]) -> Problem:
    owner = error.owner
    known = context if owner is None else owner if isinstance(owner, Mapping) else _fields(owner)
    return problem("document.missing_variable", where, name=error.name, near=_near(error.name, map(str, known)))


def _fields(owner: object) -> Iterable[str]:
    declared = getattr(type(owner), "model_fields", None) or getattr(owner, "__dataclass_fields__", None)
    return declared or (name for name in dir(owner) if not name.startswith("_"))


def _near(name: str, known: Iterable[str]) -> str:
    """The names most like `name`, or all of them when none is, at most twelve."""
    names = sorted(each for each in known if not each.startswith("_"))
    return ", ".join(f"«{each}»" for each in get_close_matches(name, names, 3, 0.6) or names[:12]) or "ничего"
