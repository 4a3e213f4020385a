"""Words for a person: why a phrase has no deadline, and what a warning means."""

from vekha.domain.deadlines.failures import suggestion
from vekha.domain.deadlines.outcome import Kind, Resolution, Warned
from vekha.domain.deadlines.rules import Reason
from vekha.domain.errors import Problem, problem
from vekha.texts import text


def problem_of(phrase: str, resolution: Resolution, where: str = "") -> Problem | None:
    """The problem to show for an error, at `where` (`file:line`, a field); None for any other kind."""
    if resolution.kind is not Kind.ERROR:
        return None
    shown = " ".join(phrase.split())
    if resolution.reason != Reason.NOT_UNDERSTOOD:
        return problem(f"deadline.{resolution.reason}", where, phrase=shown)
    example = suggestion(phrase)
    if example:
        return problem("deadline.misspelt", where, phrase=shown, example=example)
    return problem("deadline.not_understood", where, phrase=shown)


def describe_warning(code: str) -> str:
    """What a warning of a Resolution means; raises KeyError for a code that is none."""
    return text(f"deadlines.warnings.{Warned(code).value}")
