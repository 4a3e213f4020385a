"""`vekha plugin new`: a small folder that works at once, to be changed into the type somebody needs."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from vekha.domain.errors import Problem, VekhaError, problem, refuse
from vekha.plugin_import import said, shown
from vekha.settings import CHECKOUT

SOURCE = CHECKOUT / "templates" / "plugin"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TITLE = re.compile(r"[^\"\\\n{}<>]{1,80}")  # it goes between quotes of Python, YAML and HTML


def create_plugin(folder: Path, code: str, title: str) -> tuple[Path, ...]:
    """Writes the type `code` into `folder/code`; returns the files.

    All or nothing: the folder appears once it is complete. Raises VekhaError plugin.bad_type_code, plugin.bad_title,
    plugin.folder_exists, plugin.not_written.
    """
    home = folder / code
    refuse(_refusals(home, code, title))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=f"_{code}-") as draft:
            made = Path(draft) / code
            shutil.copytree(SOURCE, made, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            for path in (each for each in made.rglob("*") if each.is_file()):
                words = path.read_text(encoding="utf-8").replace("__code__", code).replace("__title__", title)
                path.write_text(words, encoding="utf-8")
            made.rename(home)
    except OSError as error:
        raise VekhaError(problem("plugin.not_written", shown(home), path=shown(home), reason=said(error))) from error
    return tuple(sorted(each for each in home.rglob("*") if each.is_file()))


def _refusals(home: Path, code: str, title: str) -> Iterator[Problem]:
    if not _CODE.fullmatch(code):
        yield problem("plugin.bad_type_code", name=code)
    elif home.exists():
        yield problem("plugin.folder_exists", shown(home), path=shown(home))
    if not _TITLE.fullmatch(title) or not title.strip():
        yield problem("plugin.bad_title", title=title)
