"""The pages on which a region is read, by whoever looks after it."""

from vekha.web.pages import board, dossier, late, plan, plugins, queue, trail

PAGES = (board, dossier, late, plan, plugins, queue, trail)
