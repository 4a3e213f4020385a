"""Веха: the engine that runs a mentoring roadmap. Plugin authors import from `vekha.plugin` only."""

__version__ = "0.1.0"
