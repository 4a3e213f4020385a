"""A real SMTP server on this machine, as good or as bad as a test wants it."""

import asyncio
import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from vekha.mail.post import Server

HANGS = 600.0  # seconds, longer than any client of a test waits
PATIENT = 60.0  # seconds that a client waits for a server which answers when the machine lets it
IMPATIENT = 1.5  # and for one that hangs: a test of it waits so long


@dataclass
class Mailbox:
    """What has arrived, and how the server behaves: `answers` maps a step (MAIL, RCPT, DATA) to what it says
    instead of agreeing; «hang» is never, «drop» cuts the line, «keep and …» takes the letter first."""

    answers: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[str, str, bytes]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0

    @property
    def letters(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=default) for _, _, content in self.kept]  # type: ignore[misc]

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = await self._answer("MAIL", server)
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = await self._answer(f"RCPT {address}", server)
        answer = await self._answer("RCPT", server) if answer.startswith("2") else answer
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = (envelope.mail_from, envelope.rcpt_tos[0], envelope.content)
        if "keep" in self.answers.get("DATA", "keep"):
            self.kept.append(content)
        return await self._answer("DATA", server)

    async def _answer(self, step: str, server: Any) -> str:
        answer = self.answers.get(step, "250 OK")
        if "hang" in answer:
            await asyncio.sleep(HANGS)
        if "drop" in answer:
            server.transport.close()
        return answer

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


class _Controller(Controller):
    """At a door that is open already, in no hurry to begin."""

    def __init__(self, mailbox: Mailbox, door: socket.socket, **options: Any) -> None:
        host, port = door.getsockname()
        super().__init__(mailbox, hostname=host, port=port, ready_timeout=PATIENT, **options)
        self._door = door

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._door, ssl=self.ssl_context)


def impatient(server: Server) -> Server:
    """The same server to a client that soon gives up."""
    return replace(server, timeout=IMPATIENT)


@contextmanager
def serving(mailbox: Mailbox, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[Server]:
    """The server, and how to reach it; `tls` makes it speak TLS from the first word."""
    door = socket.create_server(("127.0.0.1", 0))  # held from the first moment: nobody else takes its port
    controller = _Controller(mailbox, door, ssl_context=tls, **options)
    controller.start()
    port = controller.port
    try:
        yield Server(
            host="localhost" if tls or options.get("tls_context") else "127.0.0.1",
            port=port,
            security="tls" if tls else "starttls" if options.get("tls_context") else "none",
            sender="vekha@region.example",
            timeout=PATIENT,
        )
    finally:
        controller.stop()
