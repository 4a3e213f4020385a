"""The plugin author's guide, the hook specifications and the tests say the same."""

import ast
import re
from pathlib import Path

import pytest

from vekha import hookspecs
from vekha.registry import HOOKS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "plugin-author.md").read_text(encoding="utf-8")
SPECS = {
    node.name: node
    for node in ast.parse(Path(hookspecs.__file__).read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}
QUOTED = re.findall(r"<!-- from (\S+) -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)


def signature(spec: ast.FunctionDef) -> str:
    assert spec.returns is not None
    return f"def {spec.name}({ast.unparse(spec.args)}) -> {ast.unparse(spec.returns)}".replace("'", "")


def test_every_hook_has_its_section_in_the_order_of_the_specifications() -> None:
    assert re.findall(r"^### (vekha_\w+)$", GUIDE, re.MULTILINE) == list(HOOKS) == list(SPECS)


@pytest.mark.parametrize("hook", HOOKS)
def test_signatures_and_meanings_are_those_of_the_specification(hook: str) -> None:
    section = GUIDE.partition(f"### {hook}\n")[2].partition("\n### ")[0]
    documentation = ast.get_docstring(SPECS[hook])
    assert documentation is not None
    assert re.findall(r"```python\n(.*?)\n```", section, re.DOTALL)[:1] == [signature(SPECS[hook])]
    assert " ".join(documentation.split("\n\n")[0].split()) in " ".join(section.split())


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_tested(hook: str) -> None:
    assert f"def {hook}(" in (ROOT / "tests" / "test_registry.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("source", "block"), QUOTED, ids=[source for source, _ in QUOTED])
def test_examples_are_cut_from_files_that_are_tested(source: str, block: str) -> None:
    assert block in (ROOT / source).read_text(encoding="utf-8")


def test_there_are_examples() -> None:
    assert {source for source, _ in QUOTED} == {
        f"templates/plugin/{name}" for name in ("plugin.py", "roadmap.yaml", "forms.py", "test_plugin.py")
    }
