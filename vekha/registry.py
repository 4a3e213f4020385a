"""The institution types that are there: found, loaded one by one, and kept apart, so that a broken one harms no other.

Plugins of the checkout are folders of `plugins/` with a `plugin.py`; others come through the entry-point group
`vekha.plugins`. What fails while loading is a Problem with the plugin's own failing line (`Registry.problems`); only
two types with one code are fatal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.metadata import entry_points as installed
from inspect import signature
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pluggy

from vekha import hookspecs
from vekha.domain.calendar_file import Override
from vekha.domain.errors import Problem, VekhaError, problem
from vekha.domain.facts import DocumentFacts, Event, InstitutionFacts
from vekha.domain.roadmap import Roadmap
from vekha.domain.roadmap_file import hint, parse_roadmap
from vekha.plugin import InstitutionType
from vekha.plugin_import import culprit, failing_line, home_of, import_plugin, said, shown

if TYPE_CHECKING:
    from typer import Typer

ENTRY_POINTS = "vekha.plugins"
HOOKS: tuple[str, ...] = tuple(name for name in vars(hookspecs) if name.startswith("vekha_"))
_CODE = re.compile(r"[a-z][a-z0-9_]*")

_parse = lru_cache(maxsize=64)(parse_roadmap)  # by content: registries of one process share what is equal


@dataclass(slots=True)
class Registry:
    """Every type that loaded, the hooks of every plugin, and what went wrong on the way."""

    types: Mapping[str, InstitutionType]
    problems: tuple[Problem, ...]  # of loading: why some plugin's type is not among `types`
    _manager: pluggy.PluginManager
    _roadmaps: dict[str, tuple[Roadmap, ...]] = field(default_factory=dict[str, tuple[Roadmap, ...]])
    unsound: dict[str, tuple[Problem, ...]] = field(default_factory=dict[str, tuple[Problem, ...]])
    # ↑ types that loaded and that the checks at the start have found errors in (`vekha.plugin_verdicts`)

    def type(self, code: str) -> InstitutionType:
        """Raises VekhaError `plugin.unknown_type`, with whatever kept a plugin from loading: it may be that one."""
        if code not in self.types:
            known = ", ".join(self.types) or "–"
            unknown = problem("plugin.unknown_type", name=code, known=known, hint=hint(code, self.types))
            raise VekhaError([unknown, *self.problems])
        return self.types[code]

    def faults(self, code: str) -> Iterator[Problem]:
        """Why nothing new may be started with a type: what the checks at the start have found in it."""
        if code in self.unsound:
            yield problem("plugin.unsound", name=self.types[code].title)
            yield from self.unsound[code]

    def roadmaps(self, type_: InstitutionType) -> tuple[Roadmap, ...]:
        """Every roadmap of a type, the default one first. Raises VekhaError with the problems of all its files."""
        if type_.code not in self._roadmaps:
            self._roadmaps[type_.code] = read_roadmaps(type_)
        return self._roadmaps[type_.code]

    def roadmap(self, type_code: str, roadmap_code: str | None = None) -> Roadmap:
        """The roadmap of a type by its own code, or the default one.

        Raises VekhaError: `plugin.unknown_type`, `plugin.unknown_roadmap`, or what is wrong with the type's files.
        """
        found = self.roadmaps(self.type(type_code))
        if roadmap_code is None:
            return found[0]
        codes = {each.code: each for each in found}
        if roadmap_code not in codes:
            known, close = ", ".join(codes), hint(roadmap_code, codes)
            raise VekhaError(
                problem("plugin.unknown_roadmap", name=roadmap_code, type=type_code, known=known, hint=close)
            )
        return codes[roadmap_code]

    # --- hooks -------------------------------------------------------------------------------------------------------

    def working_calendar(self, region: str, year: int) -> Mapping[date, Override] | None:
        """A region's own days by the first plugin that knows them, or None. Raises VekhaError `plugin.hook_failed`."""
        return self._first("vekha_working_calendar", region=region, year=year)

    def document_number(
        self, document: DocumentFacts, institution: InstitutionFacts, year: int, serial: int
    ) -> str | None:
        """The first plugin's answer; None leaves the number to the core. Raises VekhaError `plugin.hook_failed`."""
        return self._first(
            "vekha_document_number", document=document, institution=institution, year=year, serial=serial
        )

    def scan_file(self, content: bytes, name: str, media_type: str) -> str | None:
        """Why a plugin refuses an upload, or None. Raises VekhaError `plugin.hook_failed`."""
        return self._first("vekha_scan_file", content=content, name=name, media_type=media_type)

    def notify(self, event: Event) -> tuple[Problem, ...]:
        """Tells every listener; returns a Problem for each that failed, so that the event can be sent again."""
        return tuple(self._each("vekha_on_event", event=event))

    def register_commands(self, cli: "Typer") -> tuple[Problem, ...]:
        """Lets every plugin add its commands; returns a Problem for each that failed."""
        return tuple(self._each("vekha_register_commands", cli=cli))

    def _first(self, hook: str, **arguments: object) -> Any:
        try:
            return getattr(self._manager.hook, hook)(**arguments)
        except Exception as error:  # whatever a plugin raises becomes a refusal that names it
            raise VekhaError(self._failure(hook, error)) from error

    def _each(self, hook: str, **arguments: object) -> Iterator[Problem]:
        for plugin in self._manager.get_plugins():
            try:
                self._only(plugin, hook)(**arguments)
            except Exception as error:  # noqa: BLE001 — one listener must not hold up the others
                yield self._failure(hook, error, plugin)

    def _only(self, plugin: object, hook: str) -> pluggy.HookCaller:
        """The hook as if this plugin were the only one."""
        return self._manager.subset_hook_caller(hook, [each for each in self._manager.get_plugins() if each != plugin])

    def _failure(self, hook: str, error: BaseException, plugin: object | None = None) -> Problem:
        plugin = plugin or culprit(error, self._manager.get_plugins())
        where = failing_line(error, home_of(plugin))
        name = self._manager.get_name(plugin) if plugin else None
        return problem("plugin.hook_failed", where, name=name or where, hook=hook, reason=said(error))


def load_plugins(folder: Path | None, *, entry_points: bool = True) -> Registry:
    """Finds and loads every plugin. Raises VekhaError `plugin.duplicate_code`; all else is in `Registry.problems`."""
    loader = _Loader()
    if folder is not None:
        loader.load_folder(folder)
    if entry_points:
        loader.load_installed()
    return Registry(MappingProxyType(loader.types), tuple(loader.problems), loader.manager)


def read_roadmaps(type_: InstitutionType) -> tuple[Roadmap, ...]:
    """Every roadmap file of a type. Raises VekhaError with the problems of all of them at once."""
    found: dict[str, Roadmap] = {}
    problems: list[Problem] = []
    for name in type_.roadmaps:
        path = type_.folder / name
        try:
            roadmap = _parse(path.read_text(encoding="utf-8"), shown(path))
        except VekhaError as refusal:
            problems += refusal.problems
        except (OSError, UnicodeDecodeError) as error:
            code = "roadmap.missing_file" if isinstance(error, FileNotFoundError) else "roadmap.unreadable_file"
            problems.append(problem(code, shown(path), path=shown(path), reason=said(error)))
        else:
            if roadmap.code in found:
                first = type_.roadmaps[list(found).index(roadmap.code)]
                problems.append(problem("plugin.duplicate_roadmap", shown(path), name=roadmap.code, first=first))
            found[roadmap.code] = roadmap
    if problems:
        raise VekhaError(problems)
    return tuple(found.values())


class _Loader:
    """One loading: what has been accepted so far, and what went wrong."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager("vekha")
        self.manager.add_hookspecs(hookspecs)
        self.types: dict[str, InstitutionType] = {}
        self.problems: list[Problem] = []
        self._origins: dict[str, str] = {}

    def load_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self.problems.append(problem("plugin.missing_plugins_folder", shown(folder), path=shown(folder)))
            return
        for home in sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._"):
            if not _CODE.fullmatch(home.name):
                self.problems.append(problem("plugin.bad_folder_name", shown(home), name=home.name))
            elif not (home / "plugin.py").is_file():
                self.problems.append(problem("plugin.no_plugin_file", shown(home), name=home.name))
            else:
                self._load(home.name, home.resolve(), lambda home=home: import_plugin(home))

    def load_installed(self) -> None:
        for entry in installed(group=ENTRY_POINTS):
            self._load(entry.name, None, entry.load)

    def _load(self, name: str, home: Path | None, load: Callable[[], object]) -> None:
        try:
            plugin = load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 — a broken plugin must not stop the others
            self.problems.append(
                problem("plugin.import_failed", failing_line(error, home), name=name, reason=said(error))
            )
            return
        if not self.manager.is_registered(plugin) and self._register(name, plugin):
            self._accept_types(name, plugin)

    def _register(self, name: str, plugin: object) -> bool:
        """Every hook of the plugin is one of ours, with arguments of ours; an unknown one is only left uncalled."""
        wrong = [*_wrong_arguments(name, plugin)]
        if wrong:
            self.problems += wrong
            return False
        self.manager.register(plugin, f"{name} ({_origin(plugin)})" if self.manager.has_plugin(name) else name)
        for caller in self.manager.get_hookcallers(plugin) or ():
            if not caller.has_spec():
                known, close = ", ".join(HOOKS), hint(caller.name, HOOKS)
                (where,) = (_line_of(each.function) for each in caller.get_hookimpls() if each.plugin is plugin)
                self.problems.append(
                    problem("plugin.unknown_hook", where, name=name, hook=caller.name, known=known, hint=close)
                )
        return True

    def _accept_types(self, name: str, plugin: object) -> None:
        others = [each for each in self.manager.get_plugins() if each != plugin]
        hook = "vekha_institution_types"
        try:
            answers = self.manager.subset_hook_caller(hook, others)()
        except (Exception, SystemExit) as error:  # noqa: BLE001 — as above
            where = failing_line(error, home_of(plugin))
            self.problems.append(problem("plugin.hook_failed", where, name=name, hook=hook, reason=said(error)))
            self.manager.unregister(plugin)
            return
        for answer in answers:
            for each in answer if isinstance(answer, (list, tuple)) else (answer,):
                self._accept(name, each, _origin(plugin))

    def _accept(self, name: str, found: object, origin: str) -> None:
        if not isinstance(found, InstitutionType):
            self.problems.append(problem("plugin.wrong_types", origin, name=name, found=type(found).__name__))
            return
        wrong = [*_shape_of(found, origin)]
        if wrong:
            self.problems += wrong
            return
        if found.code in self.types:
            first = self._origins[found.code]
            raise VekhaError(problem("plugin.duplicate_code", origin, name=found.code, first=first, second=origin))
        self.types[found.code] = found
        self._origins[found.code] = origin


def _shape_of(found: InstitutionType, origin: str) -> Iterator[Problem]:
    """What must be right before anything can be asked of a type."""
    if not _CODE.fullmatch(found.code):
        yield problem("plugin.bad_type_code", origin, name=found.code)
    if not found.folder.is_dir():
        yield problem("plugin.missing_folder", origin, name=found.code, path=shown(found.folder))
    elif not found.roadmaps:
        yield problem("plugin.no_roadmaps", origin, name=found.code)
    else:
        for path in (found.folder / each for each in found.roadmaps):
            if not path.is_file():
                yield problem("roadmap.missing_file", origin, path=shown(path))


def _origin(plugin: object) -> str:
    file = getattr(plugin, "__file__", None)
    return shown(Path(file)) if isinstance(file, str) else repr(plugin)


def _line_of(function: Callable[..., object]) -> str:
    code = function.__code__
    return f"{shown(Path(code.co_filename))}:{code.co_firstlineno}"


def _wrong_arguments(name: str, plugin: object) -> Iterator[Problem]:
    """Arguments no hook has: pluggy would stop at the first one, in English, with the plugin half registered."""
    for hook in HOOKS:
        function = getattr(plugin, hook, None)
        if function is None or not hasattr(function, "vekha_impl"):  # the mark of `@hookimpl`
            continue
        allowed = signature(getattr(hookspecs, hook)).parameters
        extra = [each for each in signature(function).parameters if each not in allowed]
        if extra:
            known, wrong = ", ".join(allowed) or "—", ", ".join(extra)
            yield problem("plugin.wrong_arguments", _line_of(function), name=name, hook=hook, extra=wrong, known=known)
