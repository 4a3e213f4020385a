"""A mail server for each test that wants one."""

from collections.abc import Iterator

import pytest

from tests.mail.server import Mailbox, serving
from vekha.mail.post import Server


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Server]:
    with serving(mailbox) as found:
        yield found
