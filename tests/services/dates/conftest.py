"""A region of three clubs at work, whose dates are moved."""

import pytest

from tests.services.conftest import Club
from tests.services.dates.moves import launched


@pytest.fixture
def region(any_club: Club) -> Club:
    """Three clubs of two municipalities, launched by the campaign «autumn» and opened."""
    return launched(any_club)


@pytest.fixture
def sqlite_region(club: Club) -> Club:
    return launched(club)
