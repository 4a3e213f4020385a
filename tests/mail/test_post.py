"""Sending over SMTP: what arrived, and what is said of what did not."""

import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.mail.server import Mailbox, impatient, serving
from vekha.domain.addresses import is_address
from vekha.domain.errors import WrongUseError
from vekha.mail.post import MailError, Server, connected, read_server

TO = "ivanova@club.example"


def message(subject: str = "Сроки") -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "vekha@region.example", TO
    made.set_content("Здравствуйте!\n.\nТочка в строке одна.\n")
    return made


def refused(server: Server, subject: str = "Сроки") -> MailError:
    with pytest.raises(MailError) as caught, connected(server) as post:
        post.send(message(subject), TO)
    return caught.value


def said(error: MailError) -> tuple[str, bool, bool]:
    return error.problems[0].code, error.permanent, error.down


def test_letters_arrive_whole_over_one_connection(server: Server, mailbox: Mailbox) -> None:
    with connected(server) as post:
        post.send(message("Первое"), TO)
        post.send(message("Второе"), TO)
    assert [each["Subject"] for each in mailbox.letters] == ["Первое", "Второе"]
    assert [(sender, to) for sender, to, _ in mailbox.kept] == [("vekha@region.example", TO)] * 2
    assert mailbox.letters[0].get_content().splitlines() == ["Здравствуйте!", ".", "Точка в строке одна."]
    assert mailbox.connections == 1


@pytest.mark.parametrize(
    ("answers", "code", "permanent", "down"),
    [
        ({"RCPT": "550 no such mailbox"}, "mail.refused", True, False),
        ({"MAIL": "553 not you"}, "mail.refused", True, False),
        ({"DATA": "554 spam"}, "mail.refused", True, False),
        ({"RCPT": "450 try later"}, "mail.later", False, False),
        ({"DATA": "452 disk is full"}, "mail.later", False, False),
        ({"MAIL": "421 closing"}, "mail.unreachable", False, True),
        ({"MAIL": "hang"}, "mail.unreachable", False, True),
        ({"RCPT": "drop"}, "mail.unreachable", False, True),
        ({"DATA": "hang"}, "mail.unclear", False, True),
        ({"DATA": "keep and hang"}, "mail.unclear", False, True),
        ({"DATA": "keep and drop"}, "mail.unclear", False, True),
    ],
    ids=str,
)
def test_what_is_said_of_a_failure(
    server: Server, mailbox: Mailbox, answers: dict[str, str], code: str, permanent: bool, down: bool
) -> None:
    mailbox.answers = answers
    hangs = any("hang" in each for each in answers.values())
    assert said(refused(impatient(server) if hangs else server)) == (code, permanent, down)


def test_one_refused_letter_does_not_stop_the_next(server: Server, mailbox: Mailbox) -> None:
    with connected(server) as post:
        for step, answer in (("RCPT", "550 no"), ("DATA", "451 later"), ("RCPT", "450 later")):
            mailbox.answers = {step: answer}
            with pytest.raises(MailError):
                post.send(message(answer), TO)
        mailbox.answers = {}
        post.send(message("Дошло"), TO)
    assert [each["Subject"] for each in mailbox.letters] == ["Дошло"]


def test_nobody_there() -> None:
    error = refused(Server(host="127.0.0.1", port=9, security="none", sender="a@b.example", timeout=0.5))
    assert said(error) == ("mail.unreachable", False, True)
    assert "127.0.0.1:9" in str(error)


# --- TLS and login ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run(
        [*command, "-keyout", str(path), "-out", str(path.with_name("cert.pem"))], check=True, capture_output=True
    )
    path.write_text(path.read_text() + path.with_name("cert.pem").read_text())
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("cert.pem")))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_with_a_login(mailbox: Mailbox, tls: ssl.SSLContext, security: str) -> None:
    options = {"authenticator": mailbox.authenticate, "auth_required": True}
    start = {"tls": tls} if security == "tls" else {"tls_context": tls, "require_starttls": True}
    with serving(mailbox, **start, **options, auth_require_tls=security == "starttls") as found:
        assert found.security == security
        known = replace(found, user="vekha", password="right")
        with connected(known) as post:
            post.send(message(), TO)
        error = refused(replace(known, password="wr0ng-secret"))
    assert [each["Subject"] for each in mailbox.letters] == ["Сроки"]
    assert mailbox.logins[0] == (b"vekha", b"right")
    assert said(error) == ("mail.login", False, True)
    assert "wr0ng-secret" not in f"{error} {error.__cause__!r} {known!r} {known}"


def test_a_certificate_nobody_knows_is_not_believed(mailbox: Mailbox, tls: ssl.SSLContext) -> None:
    for start in ({"tls": tls}, {"tls_context": tls}):
        with serving(mailbox, **start) as found:
            assert said(refused(found)) == ("mail.no_encryption", False, True)
    assert mailbox.kept == []


def test_a_server_without_encryption_gets_no_letter_in_clear(server: Server, mailbox: Mailbox) -> None:
    assert said(refused(replace(server, security="starttls"))) == ("mail.no_encryption", False, True)
    assert mailbox.kept == []


# --- settings ---------------------------------------------------------------------------------------------------------


def test_settings() -> None:
    given = {"HOST": "mail.example", "FROM": "vekha@region.example"}
    plain = Server(host="mail.example", port=587, security="starttls", sender="vekha@region.example")
    assert read_server(given) == plain
    assert read_server({**given, "SECURITY": "tls", "TIMEOUT": "5"}) == replace(
        plain, port=465, security="tls", timeout=5.0
    )
    assert read_server({**given, "PORT": "2525", "USER": "u", "PASSWORD": "p"}) == replace(
        plain, port=2525, user="u", password="p"
    )
    assert read_server({"FROM": "vekha@region.example"}) is None


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, ["mail.incomplete"]),
        ({"FROM": "веха@регион.рф"}, ["mail.bad_address"]),
        (
            {"SECURITY": "ssl", "PORT": "0", "TIMEOUT": "0", "FROM": "a@b.example"},
            ["mail.bad_setting", "mail.bad_setting", "mail.bad_setting"],
        ),
        ({"FROM": "a@b.example", "PORT": "двадцать пять"}, ["mail.bad_setting"]),
        ({"FROM": "a@b.example", "USER": "u"}, ["mail.incomplete"]),
        ({"FROM": "a@b.example", "PASSWORD": "p"}, ["mail.incomplete"]),
    ],
)
def test_settings_that_make_no_sense(given: Mapping[str, str], codes: list[str]) -> None:
    with pytest.raises(WrongUseError) as caught:
        read_server({"HOST": "mail.example", **given})
    assert [each.code for each in caught.value.problems] == codes


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("ivanova@club.example", True),
        ("i.van-ova+1@sub.club.example", True),
        ("иванова@club.example", False),
        ("ivanova@club", False),
        ("ivanova", False),
        ("a@b.example, c@d.example", False),
        ("a@b.example\r\nBcc: all@world.example", False),
        ("<a@b.example>", False),
        ("", False),
        (f"{'a' * 64}@{'b' * 200}.example", False),
    ],
)
def test_what_an_address_is(address: str, good: bool) -> None:
    assert is_address(address) is good
