"""What each rule of grammar.lark builds: a function for each rule, named as there, which gets the rule's children.

Lark drops the tokens whose names begin with «_»; the others come as strings. A phrase with several readings
raises UnclearError by a rule of its own.
"""

from collections.abc import Callable
from typing import Any

from vekha.domain.deadlines.actions import common, parts, recurring, relative, whole, windows, years

_MODULES = (common, parts, recurring, relative, whole, windows, years)

ACTIONS: dict[str, Callable[..., Any]] = {
    name: action
    for module in _MODULES
    for name, action in vars(module).items()
    if callable(action) and not name.startswith("_") and action.__module__ == module.__name__
}
"""Every action by the name of its rule. No two modules define one name: a test counts them."""
