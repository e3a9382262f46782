"""The validator of a policy file is made of the policy's dataclasses, and only when needed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from attest.policy import model, validation

TABLES = (
    model.Policy,
    model.Questions,
    model.OwnQuestion,
    model.Signers,
    model.Requirement,
    model.Disclosure,
    model.Exemption,
)


@pytest.mark.parametrize("table", TABLES, ids=[table.__name__ for table in TABLES])
def test_every_key_is_in_the_schema(table: type) -> None:
    schema = validation.schema()
    result = schema if table is model.Policy else schema["$defs"][table.__name__]
    keys = [one.name.replace("_", "-") for one in fields(table)]
    assert list(result["properties"]) == keys


def test_what_is_left_out_has_the_default_of_the_dataclass() -> None:
    assert validation.policy({"version": 1}) == model.DEFAULT
    questions = validation.policy({"version": 1, "questions": {"most": 5}}).questions
    assert questions == model.Questions(most=5)


def test_a_table_that_is_there_and_empty_is_not_one_that_is_missing() -> None:
    assert not validation.policy({"version": 1}).discloses
    assert validation.policy({"version": 1, "disclosure": {}}).discloses


@pytest.mark.parametrize("module", ["attest.project.rules", "attest.verification.check"])
def test_rules_that_are_built_in_need_no_validator(module: str) -> None:
    code = f"import sys, {module}; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
