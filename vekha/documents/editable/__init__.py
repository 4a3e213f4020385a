"""Editable copies: the same rendered text as a DOCX, laid out by the same stylesheet (ADR 0009).

WeasyPrint's cascade says how each element looks; `blocks` turns elements into paragraphs and tables, `package` makes
the file. Numbers of points are Word's own, so that a clerk adds a point and the rest count on. `returned` takes an
edited copy back; it needs none of the rest.
"""
