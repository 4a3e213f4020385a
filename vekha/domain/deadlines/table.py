"""The parse table of the grammar, worked out beforehand: reading it takes a tenth of the time that making it takes.

Every command that reads a roadmap would pay for it. `python -m vekha.docs` writes the file anew after a change of the
grammar or of Lark; one that is out of date is not used.
"""

import gzip
import hashlib
from importlib import resources
from io import BytesIO
from typing import Any

_HERE = resources.files("vekha.domain.deadlines")
FILE = "grammar.table"


def parser(transformer: object) -> Any:
    """The parser, from the table if it belongs to this grammar and this Lark."""
    import pickle  # noqa: PLC0415 — our own file, as trusted as the code beside it

    from lark import Lark  # noqa: PLC0415 — see parsing.py

    kept, _, table = (_HERE / FILE).read_bytes().partition(b"\n")
    if kept != stamp():
        return _worked_out(transformer)
    made: Any = Lark.__new__(Lark)
    return made._load(pickle.loads(gzip.decompress(table)), transformer=transformer)  # noqa: S301


def packed() -> bytes:
    """The file as it should be."""
    table = BytesIO()
    _worked_out(None).save(table)
    return stamp() + b"\n" + gzip.compress(table.getvalue(), mtime=0)


def stamp() -> bytes:
    """What the table depends on."""
    import lark  # noqa: PLC0415

    return hashlib.sha256(f"{lark.__version__}\n{_grammar()}".encode()).hexdigest().encode()


def _worked_out(transformer: object) -> Any:
    from lark import Lark  # noqa: PLC0415

    return Lark(_grammar(), parser="lalr", transformer=transformer)  # pyright: ignore[reportArgumentType]


def _grammar() -> str:
    return (_HERE / "grammar.lark").read_text(encoding="utf-8")
