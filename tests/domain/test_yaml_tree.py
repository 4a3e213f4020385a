"""The markup under a roadmap: YAML 1.2 without anything that computes."""

import pytest

from vekha.domain.yaml_tree import nearest, plain, read_tree, select


def problems(text: str) -> list[tuple[str, int]]:
    return [(each.code, int(each.where.rpartition(":")[2])) for each in read_tree(text, "a.yaml").problems]


def test_scalars_are_those_of_yaml_1_2() -> None:
    text = "a: '1'\nb: 1\nc: 1.50\nd: true\ne: no\nf: on\ng: 2026-09-01\nh: 0x1F\ni: 012\nj: ~\nk: >-\n  два\n  слова\n"
    root = read_tree(text, "a.yaml").root
    assert root is not None
    assert plain(root) == {
        "a": "1", "b": 1, "c": 1.5, "d": True, "e": "no", "f": "on", "g": "2026-09-01", "h": "0x1F", "i": 12, "j": None,
        "k": "два слова",
    }  # fmt: skip
    assert [each.raw for each in select(root, "c")] == ["1.50"]


def test_every_node_knows_its_line() -> None:
    root = read_tree("a: 1\nb:\n  - x\n  - y: 2\n    z:\n      - deep\n", "a.yaml").root
    assert root is not None
    lines = {path: nearest(root, path).line for path in [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "z", 0)]}
    assert lines == {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "z", 0): 6}
    assert nearest(root, ("b", 1, "missing", "more")).line == 4


def test_shorthands_are_selected_as_what_they_stand_for() -> None:
    root = read_tree("r: one\nf: [a, {code: b}]\nd: {x: {t: 1}, y: {t: 2}}\n", "a.yaml").root
    assert root is not None
    assert [each.raw for each in select(root, "r.*")] == ["one"]
    assert [each.raw for each in select(root, "f.*.code")] == ["a", "b"]
    assert [each.raw for each in select(root, "d.*.t")] == ["1", "2"]
    assert list(select(root, "d.x.t.more")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: 2\n", [("roadmap.anchor", 1)]),
        ("a: &x {c: 1}\nb: *x\n", [("roadmap.anchor", 1), ("roadmap.alias", 2)]),
        ("a: &x {c: 1}\nb:\n  <<: *x\n", [("roadmap.anchor", 1), ("roadmap.alias", 3), ("roadmap.merge_key", 3)]),
        ("a: !!str 1\nb: !include x.yaml\n", [("roadmap.tag", 1), ("roadmap.tag", 2)]),
        ("a: 1\nb: {c: 1, c: 2}\na: 2\n", [("roadmap.duplicate_key", 2), ("roadmap.duplicate_key", 3)]),
        ("? [a, b]\n: 1\n", [("roadmap.complex_key", 1)]),
        ("a: 1\n---\nb: 2\n", [("roadmap.many_documents", 2)]),
        ("a: 1\nb: \x07\n", [("roadmap.bad_character", 2)]),
        ("[" * 5000, [("roadmap.too_deep", 1)]),
    ],
)
def test_what_a_roadmap_may_not_contain(text: str, expected: list[tuple[str, int]]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b: c\n", 1, "лишнее двоеточие или сбитый отступ; значение с двоеточием берут в кавычки"),
        ("a:\n\t- b\n", 2, "отступ сделан табуляцией, а нужны пробелы"),
        ("a: [1, 2\nb: 3\n", 2, "квадратная скобка открыта, но не закрыта, или между значениями нет запятой"),
        ("a: {x: 1\nb: 2", 2, "фигурная скобка открыта, но не закрыта, или между парами нет запятой"),
        ('a: 1\nb: "abc\nc: 2\n', 4, "кавычка открыта, но не закрыта"),
        ("a:\n  - b\n c: 3\n", 3, "отступ не совпадает с соседними строками"),
        ("a: @x\n", 1, "значение начинается с особого знака; возьмите его в кавычки"),
        ("a: *\n", 1, "знак «*» или «&» в начале значения; возьмите значение в кавычки"),
        ("a: - b\n", 1, "нарушена разметка YAML"),
    ],
)
def test_broken_markup_is_explained_in_russian(text: str, line: int, reason: str) -> None:
    tree = read_tree(text, "a.yaml")
    assert tree.root is None
    assert [str(each) for each in tree.problems] == [
        f"a.yaml:{line}: файл не читается как YAML: {reason}. Исправьте эту строку или строку над ней"
    ]


def test_nothing_in_the_file_is_no_tree() -> None:
    assert (read_tree("", "a.yaml").root, read_tree("# слова\n", "a.yaml").problems) == (None, [])
