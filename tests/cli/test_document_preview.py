"""`vekha document preview`: what an author of templates sees, mistakes and corrections included."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Vekha
from vekha.cli import document_preview
from vekha.settings import CHECKOUT

pytestmark = pytest.mark.slow


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kindergarten alone, in a folder that may be written."""
    folder = tmp_path / "plugins"
    shutil.copytree(CHECKOUT / "plugins/kindergarten", folder / "kindergarten", ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setenv("VEKHA_PLUGINS_DIR", str(folder))
    return folder / "kindergarten/templates"


def wrong(template: str) -> str:
    return template.replace("{% endblock %}", "{{ person.last_nam }}{% endblock %}", 1)


@pytest.mark.parametrize("wanted", ["kindergarten/duty_consent.html", "duty_consent.html", "duty_consent"])
def test_a_template_is_printed_with_invented_people(vekha: Vekha, home: Path, wanted: str) -> None:
    told = vekha("document", "preview", wanted, "--json")
    assert (told.json["template"], told.json["document"], told.json["blanks"]) == (
        "kindergarten/duty_consent.html",
        "duty_consent",
        [],
    )
    assert (home / "duty_consent.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_is_meant_by_its_path_and_a_type_chooses_among_users(vekha: Vekha, tmp_path: Path) -> None:
    file, out = CHECKOUT / "templates/documents/common/final_report.html", tmp_path / "o.pdf"
    told = vekha("document", "preview", file, "--type", "school", "--out", out, "--json")
    assert (told.json["type"], told.json["template"]) == ("school", "base/common/final_report.html")
    assert out.exists()
    assert vekha("document", "preview", "nothing.html", "--json").codes == ["document.template_unused"]


def test_a_mistake_says_which_where_and_what_there_is(vekha: Vekha, plugins: Path) -> None:
    page = plugins / "duty_consent.html"
    page.write_text(wrong(page.read_text(encoding="utf-8")), encoding="utf-8")
    refused = vekha("document", "preview", "duty_consent", "--json")
    (found,) = refused.json["problems"]
    assert found["code"] == "document.missing_variable"
    assert "last_nam" in found["message"]
    assert found["where"].startswith("kindergarten/duty_consent.html:")
    assert "«last_name»" in found["remedy"]


def test_watching_prints_again_after_each_change(
    vekha: Vekha, plugins: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, whole = plugins / "duty_consent.html", (plugins / "duty_consent.html").read_text(encoding="utf-8")
    edits: Iterator[str | None] = iter([wrong(whole), None, whole.replace("Содержание", "Состав"), None])

    def edit(_pause: float) -> None:
        change = next(edits, "stop")
        if change == "stop":
            raise KeyboardInterrupt
        if change:
            page.write_text(change, encoding="utf-8")

    monkeypatch.setattr(document_preview.time, "sleep", edit)
    told = vekha("document", "preview", "duty_consent", "--watch")
    assert told.out.count("duty_consent.pdf (шаблон kindergarten/duty_consent.html)") == 2
    assert told.err.count("«last_nam»") == 1
    assert (home / "duty_consent.pdf").exists()
