"""The jobs that attest writes, judged by others: the schemas that forges publish, and zizmor."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from attest.forge.workflow import Trigger

SCHEMAS = Path(__file__).parents[2] / "schemas"
ROOT = Path(__file__).parents[3]
SOURCES = (
    f"git+https://git.example.org/attest@{'ab' * 20}",
    f"git-attest==1.0 --hash=sha256:{'ab' * 32}",
)
JOBS: list[tuple[Forge, Trigger]] = [
    ("github", "pull_request_target"),
    ("github", "pull_request"),
    ("forgejo", "pull_request_target"),
    ("forgejo", "pull_request"),
    ("gitlab", "pull_request_target"),
]
ACTIONS = [job for job in JOBS if job[0] != "gitlab"]


def schema(forge: Forge) -> Any:
    name = "gitlab-ci.json" if forge == "gitlab" else "github-workflow.json"
    return json.loads((SCHEMAS / name).read_text("utf-8"))


def loaded(text: str) -> Any:
    """A workflow; YAML 1.1 takes the key `on` for a truth value."""
    data = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in data.items()}


def zizmor(path: Path) -> list[str]:
    """The audits that complain about a workflow."""
    command = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--format", "json"]
    command += ["--no-exit-codes", str(path)]
    result = subprocess.run(command, capture_output=True, check=True)
    return [one["ident"] for one in json.loads(result.stdout) if not one["ignored"]]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("forge", "trigger"), JOBS)
def test_each_job_fits_the_schema_of_its_forge(forge: Forge, trigger: Trigger, source: str) -> None:
    job = workflow.render(forge, job_source.parse(source), trigger)
    jsonschema.validate(loaded(job.text), schema(forge))


@pytest.mark.parametrize(
    ("forge", "good", "bad"),
    [
        ("github", "permissions:\n  contents: read", "permissions:\n  contents: all"),
        ("forgejo", "runs-on:", "run-on:"),
        ("gitlab", "when: always", "when: sometimes"),
    ],
)
def test_the_schemas_refuse_mistakes(forge: Forge, good: str, bad: str) -> None:
    text = workflow.render(forge, job_source.parse(SOURCES[0])).text
    assert good in text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(loaded(text.replace(good, bad)), schema(forge))


@pytest.mark.parametrize(("forge", "trigger"), ACTIONS)
def test_zizmor_finds_nothing_in_the_jobs(forge: Forge, trigger: Trigger, tmp_path: Path) -> None:
    job = workflow.render(forge, job_source.parse(SOURCES[0]), trigger)
    path = tmp_path / job.path
    path.parent.mkdir(parents=True)
    path.write_text(job.text, "utf-8")
    assert zizmor(path) == []
    # It does look: without our reason, it complains.
    path.write_text(job.text.replace("# zizmor: ignore[dangerous-triggers]", ""), "utf-8")
    expected = ["dangerous-triggers"] if trigger == "pull_request_target" else []
    assert zizmor(path) == expected


def documented() -> list[str]:
    """The workflows of docs/reports.md."""
    text = (ROOT / "docs/reports.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block.replace("OWNER", "them").replace("COMMIT", "ab" * 20) for block in blocks]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_documented_workflows_are_right(number: int, tmp_path: Path) -> None:
    text = documented()[number]
    jsonschema.validate(loaded(text), schema("github"))
    path = tmp_path / ".github/workflows/attest.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    assert zizmor(path) == []


@pytest.mark.parametrize("name", [".github", "action.yml", "comment/action.yml"])
def test_zizmor_finds_nothing_in_our_own(name: str) -> None:
    assert zizmor(ROOT / name) == []


@pytest.mark.parametrize(("forge", "trigger"), ACTIONS)
def test_a_job_says_why_it_has_its_trigger_and_asks_for_little(
    forge: Forge, trigger: Trigger
) -> None:
    text = workflow.render(forge, job_source.parse(SOURCES[0]), trigger).text
    data = loaded(text)
    assert next(iter(data["on"])) == trigger
    assert f"# {trigger}, because" in text
    assert "write" not in data["permissions"].values()
    assert "secrets." not in text
