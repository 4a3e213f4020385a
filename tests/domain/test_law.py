import datetime as dt
import re

import pytest

from vekha.domain.law import act, acts, citation, lapsed, legal_basis, unchecked

TODAY = dt.date(2026, 5, 24)


def numbers(institution_type: str, on: dt.date, topic: str = "mentoring") -> list[str]:
    return [each.number for each in legal_basis(institution_type, on, topic)]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("institution_type", "on", "expected"),
    [
        ("school", TODAY, ["273-ФЗ", "1264-р", "Р-145"]),
        ("school", dt.date(2024, 12, 31), ["273-ФЗ", "204", "Р-145"]),
        ("school", dt.date(2025, 1, 1), ["273-ФЗ", "Р-145"]),
        ("kindergarten", dt.date(2025, 2, 28), ["273-ФЗ", "АЗ-1128/08/657"]),
        ("kindergarten", TODAY, ["273-ФЗ", "351.8", "1264-р", "АЗ-1128/08/657"]),
    ],
)
def test_the_basis_follows_the_date_and_the_type(institution_type: str, on: dt.date, expected: list[str]) -> None:
    assert numbers(institution_type, on) == expected


def test_topics_are_apart() -> None:
    assert numbers("college", TODAY, "practice") == ["885/390"]
    assert numbers("school", TODAY, "practice") == []
    assert numbers("school", TODAY, "personal_data") == ["152-ФЗ"]
    assert numbers("school", dt.date(2025, 8, 17), "records") == ["ГОСТ Р 7.0.97-2016"]
    assert numbers("school", dt.date(2025, 8, 18), "records") == ["ГОСТ Р 7.0.97-2025"]


def test_citations_decline() -> None:
    law = act("273-ФЗ")
    tail = "от 29.12.2012 № 273-ФЗ «Об образовании в Российской Федерации»"
    assert citation(law) == f"Федеральный закон {tail}"
    assert citation(law, "instrumental") == f"Федеральным законом {tail}"
    assert citation(act("351.8"), "instrumental") == "статьёй 351.8 Трудового кодекса Российской Федерации"
    assert (
        citation(act("ГОСТ Р 7.0.97-2025"), "dative")
        == "национальному стандарту Российской Федерации ГОСТ Р 7.0.97-2025"
    )


def test_an_act_that_does_not_hold_is_warned_of_with_its_successor() -> None:
    refs = (act("204"), act("ГОСТ Р 7.0.97-2016"), act("Р-145"))
    found = lapsed(refs, TODAY)
    assert [(each.code, each.where) for each in found] == [
        ("document.law_lapsed", "204"),
        ("document.law_lapsed", "ГОСТ Р 7.0.97-2016"),
    ]
    assert "не действует с 01.01.2025" in found[0].message
    assert found[1].remedy.startswith(
        "Замените ссылку на национальный стандарт Российской Федерации ГОСТ Р 7.0.97-2025"
    )
    early = lapsed([act("1264-р")], dt.date(2025, 5, 20))
    assert [each.code for each in early] == ["document.law_not_yet"]
    assert "21.05.2025" in early[0].message


def test_records_nobody_has_checked_are_named() -> None:
    assert [each.where for each in unchecked(legal_basis("school", TODAY))] == ["273-ФЗ", "Р-145"]


def test_the_data_is_sound() -> None:
    assert len({each.number for each in acts()}) == len(acts())
    for each in acts():
        assert each.valid_to is None or each.valid_from <= each.valid_to, each.number
        assert each.date is None or each.date <= each.valid_from, each.number
        assert all(act(number) for number in each.replaces)
        for case in ("nominative", "genitive", "dative", "instrumental"):
            assert not re.search(r"\s\s|None|\{", citation(each, case))


def test_an_unknown_act_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        act("000-ФЗ")
