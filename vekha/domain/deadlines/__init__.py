"""Deadlines as people write them: «первая декада сентября» in a cycle → dates.

The front door: `resolve` answers for any text, `problem_of` turns an error into words for a person,
`describe_warning` does so for a warning. Which phrases are understood: docs/deadlines.md.
"""

from vekha.domain.deadlines.outcome import Cycle, Kind, Resolution, Warned
from vekha.domain.deadlines.problems import describe_warning, problem_of
from vekha.domain.deadlines.resolving import resolve
from vekha.domain.deadlines.rules import Reason, Unit

__all__ = [
    "Cycle",
    "Kind",
    "Reason",
    "Resolution",
    "Unit",
    "Warned",
    "describe_warning",
    "problem_of",
    "resolve",
]
