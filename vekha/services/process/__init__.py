"""Programmes under way: stages, activities and forms, the desk they are done at, the round that opens what is due."""
