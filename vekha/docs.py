"""Pages of `docs/` that are made from the product itself: `python -m vekha.docs` writes them, a test compares them.

The parse table of deadlines is written with them.
"""

import io
import os
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from vekha.domain.deadlines import table
from vekha.settings import CHECKOUT
from vekha.texts import LANGUAGE, text
from vekha.texts.catalogue import CORE, Family, families

PAGES = CHECKOUT / "docs"


def plugin_texts() -> tuple[Path, ...]:
    """The folders of texts that the plugins of the checkout bring."""
    return tuple(sorted(path for path in (CHECKOUT / "plugins").glob("*/texts") if path.is_dir()))


def traps() -> list[dict[str, Any]]:
    """The twelve traps as `traps.toml` tells of them."""
    return tomllib.loads((CORE / LANGUAGE / "traps.toml").read_text(encoding="utf-8"))["trap"]


def errors_page() -> str:
    """`docs/errors.md`: the traps, then every code by family."""
    lines = [_words("notice"), f"# {_words('title')}", _words("about"), f"## {_words('traps')}", _words("traps_about")]
    rows = [
        f"| {number} | {_cell(each['seen'])} | {_cell(each['does'])} | {_codes(each['codes'])} |"
        for number, each in enumerate(traps(), 1)
    ]
    lines.append("\n".join([_words("traps_head"), "|---|---|---|---|", *rows]))
    for family in families():
        lines += _family(family, family.title)
    for folder in plugin_texts():
        for family in families([folder]):
            lines += _family(family, f"{family.title} ({_words('plugins', name=folder.parent.name)})")
    return "\n\n".join(lines) + "\n"


def _family(family: Family, title: str) -> Iterator[str]:
    rows = [
        f"| `{each.code}` | {_cell(each.message)} | {_cell(each.remedy)} | {_cell(each.when)} | {each.exit_code} |"
        for each in family.entries
    ]
    yield f"## {title}"
    yield "\n".join([_words("head"), "|---|---|---|---|---|", *rows])


def _codes(codes: list[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes) or "—"


def _cell(words: str) -> str:
    """Words as a cell of a table: no line breaks, no bars, no HTML, single braces."""
    plain = " ".join(words.split()).replace("{{", "{").replace("}}", "}")
    return plain.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("__", "\\_\\_")


def commands_page() -> str:
    """`docs/commands.md`: the help of every command, as the command itself prints it."""
    lines = [_words("commands_notice"), f"# {_words('commands_title')}"]
    for path in _commands():
        lines += [f"## {' '.join(('vekha', *path))}", f"```text\n{_help(path)}```"]
    return "\n\n".join(lines) + "\n"


def _commands() -> Iterator[tuple[str, ...]]:
    import typer  # noqa: PLC0415

    from vekha.cli.root import MODULES, vekha  # noqa: PLC0415

    root: Any = typer.main.get_command(vekha)
    yield ()
    for name in MODULES:
        yield (name,)
        family: Any = root.get_command(None, name)
        for each in getattr(family, "commands", ()):
            yield (name, each)


def _help(path: tuple[str, ...]) -> str:
    from vekha.cli import main  # noqa: PLC0415

    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with redirect_stdout(io.StringIO()) as page:
            main([*path, "--help"])
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before
    return page.getvalue()


def pages() -> dict[Path, str]:
    """Every generated page: where it stands, what it says."""
    return {PAGES / "errors.md": errors_page(), PAGES / "commands.md": commands_page()}


def _words(key: str, **params: object) -> str:
    return text(f"errors_page.{key}", **params)


if __name__ == "__main__":
    for place, page in pages().items():
        place.parent.mkdir(exist_ok=True)
        place.write_text(page, encoding="utf-8")
        print(_words("written", path=place.relative_to(CHECKOUT)))  # noqa: T201
    kept = CHECKOUT / "vekha" / "domain" / "deadlines" / table.FILE
    if kept.read_bytes().partition(b"\n")[0] != table.stamp():
        kept.write_bytes(table.packed())
        print(_words("written", path=kept.relative_to(CHECKOUT)))  # noqa: T201
