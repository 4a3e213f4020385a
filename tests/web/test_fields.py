"""Fields of a form as a page draws them."""

import re

from vekha.bootstrap import App
from vekha.domain.people import People
from vekha.web.fields import draw


def test_no_hint_is_meant_for_developers(app: App) -> None:
    """The docstring of an enumeration or of a row is English and names our own papers."""
    drawn = [
        (kind.code, form.code, part.name, part.title, part.help)
        for kind in app.registry.types.values()
        for form in kind.forms
        for field in draw(form, {}, People(), ())[0]
        for part in (field, *(inner for row in field.rows for inner in row))
    ]
    assert len(drawn) > 300
    assert [each for each in drawn if re.search("[A-Za-z]{3}", " ".join(each[3:]))] == []
