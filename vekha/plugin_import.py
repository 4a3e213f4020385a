"""Imports a plugin's folder by its path, and finds the plugin's own line in whatever it raised.

A folder `plugins/school` becomes the package `plugins.school`, without touching `sys.path`: the parent is an ordinary
namespace package when Python can see it, else one made here. So both `from plugins.school.forms import …` and
`from .forms import …` work inside the checkout, and the second works anywhere.
"""

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from zlib import crc32

from vekha.domain.errors import why
from vekha.texts import text


def import_plugin(folder: Path) -> ModuleType:
    """The module `plugin.py` of a plugin's folder. Raises whatever the plugin raises."""
    return importlib.import_module(f"{_package(folder.parent.resolve())}.{folder.name}.plugin")


def _package(parent: Path) -> str:
    """The name of the package whose folder is `parent`."""
    if parent.name.isidentifier():
        if parent.name not in sys.modules and importlib.util.find_spec(parent.name) is None:
            return _namespace(parent.name, parent)
        found = importlib.import_module(parent.name)
        if parent in [Path(each).resolve() for each in getattr(found, "__path__", ())]:
            return parent.name
    return _namespace(f"vekha_plugins_{crc32(str(parent).encode()):08x}", parent)


def _namespace(name: str, folder: Path) -> str:
    if name not in sys.modules:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[name] = importlib.util.module_from_spec(spec)
    return name


def failing_line(error: BaseException, home: Path | None) -> str:
    """`file:line` where the plugin failed: the last frame in its own folder, or the last of all."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(Path(error.filename))}:{error.lineno or 1}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if home is not None and Path(each.filename).is_relative_to(home)]
    last = (own or frames)[-1:]
    return f"{shown(Path(last[0].filename))}:{last[0].lineno}" if last else shown(home) if home else ""


def culprit(error: BaseException, plugins: Iterable[object]) -> object | None:
    """The plugin in whose folder the failure came up."""
    files = [Path(each.filename) for each in reversed(traceback.extract_tb(error.__traceback__))]
    homes = [(plugin, home) for plugin in plugins if (home := home_of(plugin)) is not None]
    return next((plugin for file in files for plugin, home in homes if file.is_relative_to(home)), None)


def shown(path: Path) -> str:
    """A path as short as it stays clear: relative to the current folder when inside it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def said(error: BaseException) -> str:
    """What an exception says, in one line."""
    if isinstance(error, OSError) and error.errno:
        return why(error)
    if isinstance(error, UnicodeDecodeError):
        return text("plugin_import.not_utf8", byte=f"{error.object[error.start]:02X}", place=error.start + 1)
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def home_of(plugin: object) -> Path | None:
    """The folder a plugin's module lives in."""
    file = getattr(plugin, "__file__", None)
    return Path(file).parent if isinstance(file, str) else None
