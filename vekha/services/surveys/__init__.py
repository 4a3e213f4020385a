"""Surveys: a form sent to many, its answers counted."""
