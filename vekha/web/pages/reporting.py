"""The pages of what is reported: collections of figures and what belongs to them."""

from vekha.web.pages import awards, collections, monitoring, practices

PAGES = (collections, monitoring, awards, practices)
