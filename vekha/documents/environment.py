"""The Jinja sandbox: templates may show what they are given, and nothing else.

No file, no network, no Python object beyond the context, no text that skips escaping, no loop without an end.
"""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from vekha.documents.folders import Folders
from vekha.documents.session import TooMuchWorkError, blank_filter, finalize, metered

JINJA_FILTERS = (
    *("abs", "batch", "capitalize", "count", "dictsort", "first", "groupby", "items", "join", "last", "length", "list"),
    *("lower", "map", "max", "min", "reject", "rejectattr", "replace", "round", "select", "selectattr", "slice"),
    *("sort", "sum", "trim", "unique", "upper"),
)
"""Jinja's own filters that a document needs; `safe`, `attr`, `format`, `default` and the like stay outside."""

JINJA_TESTS = (
    *("boolean", "divisibleby", "even", "odd", "in", "iterable", "mapping", "none", "number", "sequence", "string"),
    *("eq", "ne", "ge", "gt", "le", "lt", "true", "false"),
)

LARGEST_REPEAT = 10_000
"""The longest text or list that `*` may make, and the largest number that `**` may start from."""

_METER = "_metered"


class MissingVariableError(UndefinedError):
    """A name that is not in the context; `owner` is the object that lacks it, or None for the context itself."""

    def __init__(self, name: str, owner: object | None) -> None:
        super().__init__(name)
        self.name = name
        self.owner = owner


class _Missing(StrictUndefined):
    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = UndefinedError
    ) -> None:
        if exc is UndefinedError:
            owner = None if obj is missing else obj
            super().__init__(hint, obj, name, lambda _message: MissingVariableError(str(name), owner))  # pyright: ignore[reportArgumentType]
        else:
            super().__init__(hint, obj, name, exc)


class _Loader(BaseLoader):
    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        path = self._folders.find(template)
        if path is None:
            raise TemplateNotFound(template)
        changed = path.stat().st_mtime_ns
        return path.read_text(encoding="utf-8"), str(path), lambda: path.stat().st_mtime_ns == changed

    def list_templates(self) -> list[str]:
        return list(self._folders.names())


class DocumentEnvironment(ImmutableSandboxedEnvironment):
    """Strict, escaping, sandboxed; only the filters named here and in `vekha.documents.filters`."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, folders: Folders, filters: Mapping[str, Any], tests: Mapping[str, Any]) -> None:
        super().__init__(
            loader=_Loader(folders),
            autoescape=True,
            undefined=_Missing,
            finalize=finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        own = {name: self.filters[name] for name in JINJA_FILTERS}
        self.filters = own | dict(filters) | {"blank": blank_filter, _METER: metered}
        self.tests = {name: self.tests[name] for name in JINJA_TESTS} | dict(tests)
        self.globals = {name: self.globals[name] for name in ("range", "namespace", "dict")}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Forbids switching the escaping off, and counts the steps of every loop."""
        tree = super()._parse(source, name, filename)
        for switch in tree.find_all((nodes.EvalContextModifier, nodes.ScopedEvalContextModifier)):
            raise TemplateSyntaxError("autoescape", switch.lineno, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _METER, [], [], None, None, lineno=loop.lineno)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of what is unknown is unknown: `institution.head.position` is a blank while there is no head."""
        return None if obj is None else super().getattr(obj, attribute)

    def is_safe_callable(self, obj: Any) -> bool:
        """Methods of texts and numbers have no use here, and `'x'.ljust(10**9)` has an abuse."""
        return super().is_safe_callable(obj) and not isinstance(
            getattr(obj, "__self__", None), str | bytes | int | float
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and max(abs(left), abs(right)) > 64:
            raise TooMuchWorkError
        if operator == "*" and not (isinstance(left, int | float) and isinstance(right, int | float)):
            times = left if isinstance(left, int) else right
            if not isinstance(times, int) or times > LARGEST_REPEAT:
                raise TooMuchWorkError
        return super().call_binop(context, operator, left, right)
