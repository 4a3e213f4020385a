"""The installations that tests run on are prepared, empty and apart from each other, on both databases."""

from collections.abc import Callable

from vekha.bootstrap import App
from vekha.services.region import institutions
from vekha.storage import schema


def test_prepared_and_empty(any_app: App, add_institution: Callable[..., str]) -> None:
    assert schema.current(any_app.engine) == schema.head()
    assert schema.stored_revision(any_app.engine) == schema.newest_revision() == schema.head()
    with any_app.work(writes=False) as work:
        assert institutions.every(work) == []
    add_institution(any_app)
    with any_app.work(writes=False) as work:
        assert [each.code for each in institutions.every(work)] == ["school-12"]


def test_apart_from_each_other(any_app: App) -> None:
    with any_app.work(writes=False) as work:
        assert institutions.every(work) == []
