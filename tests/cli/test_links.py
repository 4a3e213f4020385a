"""`vekha link` and the folder of the public page, on the command line; letters with links to a real mail server."""

import re
from pathlib import Path

from sqlmodel import select

from flows import deliveries
from tests.cli.conftest import Vekha
from tests.conftest import VirtualClock
from tests.mail.server import Mailbox, serving
from vekha.bootstrap import App
from vekha.services.mentoring import links
from vekha.services.mentoring.askings import Recipient
from vekha.storage import outbox
from vekha.storage.tables import Outbox, PersonalLink

ANNA = "Белова Анна Ильинична"


def test_links_are_made_listed_and_revoked(vekha: Vekha, school: str, home: Path) -> None:
    sheet = home / "листы.pdf"
    made = vekha("link", "create", school, "prelim_request", "--name", ANNA, "--print", sheet, "--json")
    assert made.code == 0, made.err
    [link] = made.json["links"]
    assert (link["name"], sheet.read_bytes()[:5]) == (ANNA, b"%PDF-")
    assert re.fullmatch(r"http://127.0.0.1:8000/f/[\w-]{43}", link["address"])
    assert "ждёт ответа" in vekha("link", "list", school, "prelim_request").out
    assert "Отозвано: 1 ссылка." in vekha("link", "revoke", school, "prelim_request", ANNA).out
    assert "отозвана" in vekha("link", "list", school, "prelim_request").out
    assert vekha("link", "create", school, "prelim_request", "--json").codes == ["link.nobody"]
    assert vekha("link", "create", school, "mentee_entry", "--json").codes == ["link.not_for_outsiders"]
    unknown = vekha("link", "create", school, "consent_minor", "--person", "p9", "--json")
    assert unknown.codes == ["link.unknown_person"]
    half = vekha("link", "list", school, "prelim_request", "--stage", "prepare", "--json")
    assert (half.code, half.codes) == (2, ["cli.missing_option"])


def test_the_public_page_is_a_folder(vekha: Vekha, school: str, home: Path) -> None:
    assert school
    done = vekha("institution", "page", "school-12", "--out", home / "сайт", "--json")
    assert (done.code, done.json["files"]) == (0, ["index.html", "style.css"])
    page = (home / "сайт" / "index.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "Школа № 12" in page


def test_a_letter_brings_a_link_that_works(app: App, vekha: Vekha, school: str, clock: VirtualClock) -> None:
    assert vekha
    place = ("prepare", "requests")
    with app.work() as work:
        links.send(work, school, place, "prelim_request", [Recipient("", ANNA, "anna@example.org")])
    mailbox = Mailbox(answers={"RCPT": "451 later"})
    with serving(mailbox) as server:
        app.tools.__dict__["mail_server"] = server
        [job] = [each for each in outbox.take(app.engine, "test", app.clock()) if each.kind == "link"]
        assert deliveries.ask(app, [job]) == {}
        assert (mailbox.letters, rows(app)) == ([], [])  # a link whose letter did not go is none
        mailbox.answers.clear()
        clock.pass_days(1)
        [job] = [each for each in outbox.take(app.engine, "test", app.clock()) if each.kind == "link"]
        deliveries.ask(app, [job])
    [letter] = mailbox.letters
    body = letter.get_body(("plain",))
    assert body is not None
    [token] = re.findall(r"/f/([\w-]{43})", body.get_content())
    with app.work() as work:
        assert links.opened(work, token).row.name == ANNA
        assert [row.done_at is not None for row in work.session.exec(select(Outbox).where(Outbox.kind == "link"))] == [
            True
        ]
    [row] = rows(app)
    assert row.mailed_at is not None


def rows(app: App) -> list[PersonalLink]:
    with app.work(writes=False) as work:
        return list(work.session.exec(select(PersonalLink)))
