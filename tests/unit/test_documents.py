"""The documents say what the program does."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from attest.analysis.kinds import KINDS, RISK, Kind
from attest.answers import quality
from attest.report.findings import Code
from attest.report.json_format import ReportModel
from support.reference import tree
from support.repo import Repo

ROOT = Path(__file__).resolve().parents[2]


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((ROOT / "docs/check.schema.json").read_text("utf-8"))
    model = ReportModel.model_json_schema(mode="serialization")
    assert {k: v for k, v in published.items() if not k.startswith("$") or k == "$defs"} == model


def test_a_report_fits_the_published_schema(repo: Repo) -> None:
    schema = json.loads((ROOT / "docs/check.schema.json").read_text("utf-8"))
    repo.write("a.py", "line 1\n")
    repo.attested("good")
    repo.write("b.py", "line 1\n")
    repo.commit("not attested")
    report = repo.report("HEAD~2..HEAD")
    jsonschema.validate(report, schema)
    assert [c["verdict"] for c in report["commits"]] == ["attested", "failed"]


@pytest.mark.parametrize("code", get_args(Code))
def test_every_finding_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs/findings.md").read_text("utf-8")


QUESTIONS = (ROOT / "docs/questions.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_is_documented_with_its_risk(kind: Kind) -> None:
    assert QUESTIONS.count(f"| `{kind}` | {RISK[kind]} |") == 1


@pytest.mark.parametrize("rule", get_args(quality.Rule))
def test_every_rule_for_answers_is_documented(rule: str) -> None:
    assert QUESTIONS.count(f"| `{rule}` |") == 1


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def anchors(file: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in headings}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_between_documents_leads_somewhere(file: Path) -> None:
    for name, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", file.read_text("utf-8")):
        target = file.parent / name if name else file
        assert target.exists(), f"{file.name} -> {name}"
        assert not anchor or anchor in anchors(target), f"{file.name} -> {name}#{anchor}"


@pytest.mark.parametrize("folder", ["docs", "docs/adr"])
def test_every_page_is_in_its_index(folder: str) -> None:
    index = (ROOT / folder / "README.md").read_text("utf-8")
    for page in (ROOT / folder).glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name


@pytest.mark.parametrize("record", sorted((ROOT / "docs/adr").glob("0*.md")), ids=lambda p: p.name)
def test_the_index_names_each_decision_as_its_record_does(record: Path) -> None:
    number, _, title = (
        record.read_text("utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
    )
    line = f"| [{number}]({record.name}) | {title} |"
    assert line in (ROOT / "docs/adr/README.md").read_text("utf-8").splitlines()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 250


POINTER = re.compile(r"docs/\w|\bREADME\.md|\w\.md of attest")


def texts(file: Path) -> list[str]:
    """The strings of a module that can reach a person: not its docstrings."""
    module = ast.parse(file.read_text("utf-8"))
    notes = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(module) if isinstance(node, ast.Constant))
    return [one.value for one in strings if isinstance(one.value, str) and id(one) not in notes]


def test_no_text_of_the_program_points_at_a_file_that_users_do_not_have() -> None:
    package = ROOT / "src/attest"
    for file in package.rglob("*.py"):
        assert not any(POINTER.search(text) for text in texts(file)), file
    for file in [*package.rglob("*.toml"), *package.rglob("*.yml"), *(ROOT / "hooks").iterdir()]:
        shown = [line for line in file.read_text("utf-8").splitlines() if "of attest" in line]
        assert not any(POINTER.search(line) for line in shown), file
    for command in tree.root().walk():
        assert not POINTER.search(tree.printed_help(command.words)), command.name


DESCRIBED = re.compile(r"(?m)^    ([a-z_]\w*(?:, [a-z_]\w*)*):")


def _names(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    """What `Args` of a function or class may describe: arguments, fields and attributes."""
    nodes = [node] if isinstance(node, ast.FunctionDef) else list(ast.walk(node))
    names = {one.arg for place in nodes for one in ast.walk(place) if isinstance(one, ast.arg)}
    for one in ast.walk(node):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            names.add(one.target.id)
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store):
            names.add(one.attr)
    return names


def _described(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    text = ast.get_docstring(node) or ""
    part = re.search(r"(?m)^Args:\n((?: {4}.*\n?|\n)+)", text)
    groups = DESCRIBED.findall(part[1]) if part else ()
    return {name for group in groups for name in group.split(", ")}


def test_docstrings_describe_arguments_that_exist() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {node.name}: {name}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for name in _described(node) - _names(node)
    ]
    assert wrong == []
