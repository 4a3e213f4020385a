"""What the options that every command knows say about this run."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Options:
    """`actor` and `role` say who acts, the rest where the role holds; empty = everywhere."""

    json: bool = False
    actor: str = ""
    role: str = "administrator"
    region: str = ""
    municipality: str = ""
    institution: str = ""


options = Options()


def reset() -> None:
    """Forgets what a command before this one in the same process was told (tests, docs)."""
    for each in fields(Options):
        setattr(options, each.name, each.default)
