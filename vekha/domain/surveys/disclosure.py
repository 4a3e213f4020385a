"""Which groups of respondents may be shown: none that is small, and none through what is shown beside it.

Groups are disjoint and their total is shown too. Whoever subtracts shown groups from the total learns what the hidden
ones said together; so the hidden ones together must not be small either.
"""

from collections.abc import Mapping

LEAST = 5  # respondents: what fewer have said could be told to a person


def shown(sizes: Mapping[str, int], least: int = LEAST) -> frozenset[str]:
    """The groups that may be shown beside their total; none when the total itself may not.

    An empty group says nothing of anybody and may always be shown.
    """
    empty = frozenset(group for group, size in sizes.items() if size == 0)
    if small(sum(sizes.values()), least):
        return empty
    hidden = {group for group, size in sizes.items() if small(size, least)}
    # The smallest ones go next: least is lost with them. Of two equal ones the first by name, so the choice is stable.
    rest = sorted((size, group) for group, size in sizes.items() if size >= least)
    while small(sum(sizes[group] for group in hidden), least):
        hidden.add(rest.pop(0)[1])
    return frozenset(sizes) - hidden


def small(size: int, least: int = LEAST) -> bool:
    """Whether a figure of so many respondents has to be withheld. Nobody is not a group."""
    return 0 < size < least
