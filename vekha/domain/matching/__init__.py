"""Matching mentors and mentees: what is asked for, the best set of pairs, the reasons, and what a change costs.

The most mentees are paired first; among all ways to do that the one with the highest total score is taken; among those,
the one that spreads the load over mentors. The same request gives the same answer in whatever order people stand in it.

numpy and the solver are imported when a proposal is made, not before.
"""

from vekha.domain.matching.checks import refusals, set_aside
from vekha.domain.matching.costs import Cost, cost
from vekha.domain.matching.proposing import Left, Proposal, Proposed, Tie, propose
from vekha.domain.matching.reasons import Reason
from vekha.domain.matching.request import Aspect, Mentee, Mentor, Model, Request, Rules
from vekha.domain.matching.speed import Plan, rotation

__all__ = [
    "Aspect",
    "Cost",
    "Left",
    "Mentee",
    "Mentor",
    "Model",
    "Plan",
    "Proposal",
    "Proposed",
    "Reason",
    "Request",
    "Rules",
    "Tie",
    "cost",
    "propose",
    "refusals",
    "rotation",
    "set_aside",
]
