"""What the options that every command knows say about this run."""

from dataclasses import dataclass


@dataclass(slots=True)
class Options:
    """`actor`, `role` and `institution` say who acts, and where the role holds; empty = everywhere."""

    json: bool = False
    actor: str = ""
    role: str = "administrator"
    institution: str = ""


options = Options()


def reset() -> None:
    """Forgets what a command before this one in the same process was told (tests, docs)."""
    for name, value in zip(Options.__slots__, (False, "", "administrator", ""), strict=True):
        setattr(options, name, value)
