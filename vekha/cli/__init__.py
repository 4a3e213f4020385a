"""The command line: an edge that parses, calls a service and presents. `main` is what `.venv/bin/vekha` runs."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0 done, 1 refused with problems, 2 wrong use."""
    from vekha.cli.root import run  # noqa: PLC0415 — importing `vekha.cli` alone must cost nothing

    return run(arguments)
