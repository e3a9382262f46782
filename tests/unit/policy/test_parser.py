"""`.attest.toml`: what is right, and errors that name line and key."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault
from attest.policy import parser, presets, summary
from attest.policy.model import DEFAULT, Policy
from attest.policy.severities import FIXED, WARNINGS
from attest.report.findings import Code

ROOT = Path(__file__).resolve().parents[3]
V = "version = 1\n"


@pytest.mark.parametrize(
    ("written", "reply"),
    [
        ("", "f:1: version: is missing; write version = 1"),
        (V + '[disclosure]\nexample = "X: y"\n', "f:3: disclosure.example: fits none of"),
        ("version = 2\n", "f:1: version: 2 is not a version that this attest reads: 1"),
        ("version = true\n", "f:1: version: 'True' is not a version"),
        ('version = "1"\n', "f:1: version: '1' is not a version"),
        (V + 'levle = "exact"\n', "f:2: levle: unknown key; did you mean level?"),
        (V + "level = 1\n", "f:2: level: must be 'hunks' or 'exact'"),
        (V + 'unit = "branch"\n', "f:2: unit: must be 'commit' or 'pull-request'"),
        (V + "unit = 1\n", "f:2: unit: must be 'commit' or 'pull-request'"),
        (V + 'mode = "off"\n', "f:2: mode: must be"),
        (V + 'enforce-from = "2027-03-01"\n', "f:2: enforce-from: must be a date without quotes"),
        (V + "enforce-from = 2027-03-01T00:00:00Z\n", "f:2: enforce-from: must be a date without"),
        (V + "\nadvisory-until = 2027-03-01\n", 'f:3: advisory-until: needs mode = "advisory"'),
        (V + 'mode = "advisory"\nadvisory-until = "soon"\n', "f:3: advisory-until: must be a date"),
        (V + 'enforce-from = "abc123"\n', "2027-03-01, or the full id of a commit"),
        (V + "enforce-from = 3\n", "f:2: enforce-from: must be a date without quotes"),
        (V + "paths = []\n", "f:2: paths: must have at least 1 item"),
        (V + 'paths = "*"\n', "f:2: paths: must be a list"),
        (V + 'paths = [\n  "a",\n  "",\n]\n', "f:2: paths[2]: an empty pattern"),
        (V + 'ignore = ["#x"]\n', "f:2: ignore[1]: an empty pattern, or a comment"),
        (V + 'project = ""\n', "f:2: project: must be one line of text"),
        (V + 'project = "a\\nb"\n', "f:2: project: must be one line of text"),
        (V + 'read = ["../secret"]\n', "f:2: read[1]: must be a path below the root"),
        (V + 'read = ["/etc/passwd"]\n', "f:2: read[1]: must be a path below the root"),
        (V + "\n[questions]\n\nmost = 0\n", "f:5: questions.most: must be at least"),
        (V + "[questions]\nmost = true\n", "f:3: questions.most: must be a whole number"),
        (V + '[questions]\nmost = "8"\n', "f:3: questions.most: must be a whole number"),
        (V + '[questions]\nstanding = ["why"]\n', "f:3: questions.standing[1]: must be"),
        (V + "[questions]\nstanding = []\n", "f:3: questions.standing: must have at least"),
        (V + "questions = 3\n", "f:2: questions: must be a table"),
        (V + "[signers]\nrsa-bits = 1024\n", "f:3: signers.rsa-bits: must be 2048"),
        (V + "[signers]\nrsa_bits = 2048\n", "f:3: signers.rsa_bits: unknown key"),
        (V + '[disclosure]\nassistance = "maybe"\n', "f:3: disclosure.assistance: must"),
        (V + '[disclosure]\nassistance = "required"\ntrailers = {}\n', "f:4: disclosure.trailers"),
        (V + '[disclosure.trailers]\n"A-b" = "("\n', "f:3: disclosure.trailers.A-b: not a regular"),
        (V + '[disclosure]\ntrailers = { "A b" = "x" }\n', "f:3: disclosure.trailers.A b: must be"),
        (V + '[disclosure]\ntrailers = { "Attest-Sig" = "x" }\n', "Attest-Sig: must be the name"),
        (V + '[[require]]\npaths = ["a"]\n', "f:2: require[1]: needs `presence` or `level`"),
        (V + '[[require]]\npaths=["a"]\nlevel="exact"\n[[require]]\nlevel = "exact"\n',
         "f:5: require[2].paths: is missing"),
        (V + '[[exempt]]\nauthors = ["a@b"]\n', "f:2: exempt[1]: needs `signers`, `actors`,"),
        (V + '[[exempt]]\nactors = ["a"]\ncommits = 3\n', "f:4: exempt[1].commits: needs an"),
        (V + '[[question]]\npaths = ["a"]\n', "f:2: question[1]: needs `ask`, `standing`, `least"),
        (V + '[[question]]\npattern = "a"\nunsure = true\n', "f:3: question[1].pattern: goes with"),
        (V + "[[question]]\nstanding = []\n", "f:3: question[1].standing: needs at least one"),
        (V + "[[question]]\nleast-words = 0\n", "f:3: question[1].least-words: must be"),
        (V + '[[exempt]]\nbot = "me"\n', "f:3: exempt[1].bot: must be 'dependabot' or"),
        (V + '[[exempt]]\nactors = ["a"]\nbot = "renovate"\n', "f:4: exempt[1].bot: goes with"),
        (V + 'lock-files = "no"\n', "f:2: lock-files: must be 'ask', 'cover' or 'ignore'"),
        (V + 'branches = "main"\n', "f:2: branches: must be 'own' or 'all'"),
        (V + "sign-off = true\n", "f:2: sign-off: must be 'required' or 'optional'"),
        (V + "[[exempt]]\ncommits = 0\n", "f:3: exempt[1].commits: must be at least"),
        (V + "[[exempt]]\ncommits = true\n", "f:3: exempt[1].commits: must"),
        (V + '[findings]\nfoo = "error"\n', "f:3: findings.foo: not the code of a finding"),
        (V + '[findings]\nunattested = "off"\n', "f:3: findings.unattested: must be"),
        (V + '[findings]\nkey-revoked = "warning"\n', "f:3: findings.key-revoked: is always"),
        (V + 'level = "exact"\nlevel = "exact"\n', "f:3: level: not TOML: Cannot overwrite"),
        (V + "level = \n", "f:2: level: not TOML: Invalid value"),
        (V + "paths = [\n\n", "f:2: paths: not TOML: Invalid value (at the end of the file)"),
        ("\ufeff" + V, "f:1: it begins with a byte order mark"),
        (
            V + '[questions.kinds]\ncoment = "ask"\n',
            "f:3: questions.kinds.coment: not a kind of change; did you mean comment?",
        ),
        ('a = """\nlevle = 1\n"""\n' + V, "f:1: a: unknown key"),
        (V + "disclosure = 3\n", "f:2: disclosure: must be a table"),
        (V + "project = 3\n", "f:2: project: must be text in quotes"),
        (V + "[kinds]\n", "f:2: kinds: unknown key here; `kinds` belongs into another table"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_key(written: str, reply: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        parser.read(written.encode(), "f")
    assert reply in caught.value.message
    assert caught.value.exit_code == 4
    assert "attest policy schema" in caught.value.hint


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    with pytest.raises(EnvironmentFault, match=r"^f:2: not UTF-8$"):
        parser.read(b"version = 1\n# \xff\n", "f")


def test_a_file_beyond_the_limit() -> None:
    with pytest.raises(EnvironmentFault, match="larger than 1048576 bytes"):
        parser.read(V.encode() + b"#" * (1 << 20), "f")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(EnvironmentFault) as caught:
        parser.read((V + 'levle = "x"\nmode = 3\n').encode(), "f")
    assert caught.value.message.count("\n") == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_a_policy_or_an_error(data: bytes) -> None:
    reply = _said(data)
    assert re.match(r"f:\d+:", reply) if reply else _words(data)


_VALUES = st.recursive(
    st.one_of(st.integers(-5, 5), st.booleans(), st.sampled_from(["*", "x", "error", "exact"])),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["paths", "level", "signers", "presence", "zzz"]), inner)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from([*(one.name for one in fields(Policy)), "x"]), _VALUES, max_size=4
    )
)
def test_any_table_is_a_policy_or_an_error(table: dict[str, object]) -> None:
    import tomli_w

    written = tomli_w.dumps({"version": 1, **table}).encode()
    reply = _said(written)
    assert re.match(r"f:\d+:", reply) if reply else _words(written)


def _said(data: bytes) -> str:
    """What is wrong with it; nothing else may be raised."""
    try:
        parser.read(data, "f")
    except EnvironmentFault as fault:
        return fault.message
    return ""


def _words(data: bytes) -> list[str]:
    return summary.sentences(parser.read(data, "f"))


def test_the_default_policy_is_what_an_empty_one_says() -> None:
    assert parser.read(V.encode(), "f") == DEFAULT


@pytest.mark.parametrize("code", sorted(FIXED))
def test_what_proves_nothing_is_always_an_error(code: Code) -> None:
    assert DEFAULT.severity(code) == "error"


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_what_is_a_warning_may_be_made_an_error(code: Code) -> None:
    assert DEFAULT.severity(code) == "warning"
    policy = parser.read(f'{V}[findings]\n{code} = "error"\n'.encode(), "f")
    assert policy.severity(code) == "error"


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((ROOT / "docs/policy.schema.json").read_text("utf-8"))
    assert published == parser.schema(), "run: attest policy schema > docs/policy.schema.json"


def _documented() -> list[tuple[str, str]]:
    result = []
    for name in ("policy.md", "questions.md", "disclosure.md", "ci.md", "forges.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        result += [(name, block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    return result


@pytest.mark.parametrize(("name", "block"), _documented())
def test_what_the_documents_show_is_right(name: str, block: str) -> None:
    whole = block if "version = 1\n" in block else V + block
    parser.read(whole.encode(), name)
    jsonschema.validate(tomllib.loads(whole), parser.schema())


def test_the_policy_page_names_every_key() -> None:
    page = (ROOT / "docs/policy.md").read_text("utf-8")
    schema = parser.schema()
    for table in [schema, *schema["$defs"].values()]:
        for key in table.get("properties", {}):
            assert f"`{key}`" in page, key


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_fits_the_schema(name: str) -> None:
    jsonschema.validate(tomllib.loads(presets.text(name)), parser.schema())


EXPLAINED = {
    ("mode",): 'mode = "advisory"',
    ("advisory-until",): 'mode = "advisory"\nadvisory-until = 2027-03-01',
    ("enforce-from",): "enforce-from = 2027-03-01",
    ("branches",): 'branches = "all"',
    ("project",): 'project = "kettle"',
    ("paths",): 'paths = ["src/"]',
    ("ignore",): 'ignore = ["*.md"]',
    ("generated",): 'generated = "ask"',
    ("vendored",): 'vendored = "ignore"',
    ("lock-files",): 'lock-files = "ask"',
    ("level",): 'level = "exact"',
    ("merges",): 'merges = "clean"',
    ("reverts",): 'reverts = "accept"',
    ("sign-off",): 'sign-off = "required"',
    ("unit",): 'unit = "pull-request"',
    ("findings",): '[findings]\nanswer-weak = "error"',
    ("Questions", "standing"): '[questions]\nstanding = ["breaks"]',
    ("Questions", "least-words"): "[questions]\nleast-words = 5",
    ("Questions", "most"): "[questions]\nmost = 1",
    ("Questions", "unsure"): "[questions]\nunsure = false",
    ("Questions", "kinds"): '[questions]\nkinds = { prose = "cover" }',
    ("OwnQuestion", "ask"): '[[question]]\nask = "Why here?"',
    ("OwnQuestion", "paths"): '[[question]]\nask = "Why here?"\npaths = ["src/"]',
    ("OwnQuestion", "kinds"): '[[question]]\nask = "Why here?"\nkinds = ["prose"]',
    ("OwnQuestion", "pattern"): '[[question]]\nask = "Why here?"\npattern = "unsafe"',
    ("OwnQuestion", "standing"): '[[question]]\nstanding = ["breaks"]',
    ("OwnQuestion", "least-words"): "[[question]]\nleast-words = 9",
    ("OwnQuestion", "unsure"): "[[question]]\nunsure = false",
    ("Signers", "rsa-bits"): "[signers]\nrsa-bits = 4096",
    ("Disclosure", "assistance"): '[disclosure]\nassistance = "required"',
    ("Disclosure", "trailers"): '[disclosure]\ntrailers = { "Generated-by" = ".+" }',
    ("Disclosure", "example"): '[disclosure]\nexample = "Assisted-by: a tool"',
    ("Disclosure", "none"): '[disclosure]\nnone = "none"',
    ("Disclosure", "forbidden"): '[disclosure]\nforbidden = { "Co-developed-by" = ".*" }',
    ("Disclosure", "human"): '[disclosure]\nhuman = ["Signed-off-by"]',
    ("Disclosure", "agents"): '[disclosure]\nagents = ["robot"]',
    ("Requirement", "paths"): '[[require]]\npaths = ["src/"]\nlevel = "exact"',
    ("Requirement", "presence"): '[[require]]\npaths = ["src/"]\npresence = "pin"',
    ("Requirement", "level"): '[[require]]\npaths = ["src/"]\nlevel = "exact"',
    ("Exemption", "signers"): '[[exempt]]\nsigners = ["ada@example.org"]',
    ("Exemption", "actors"): '[[exempt]]\nactors = ["ada"]',
    ("Exemption", "bot"): '[[exempt]]\nbot = "renovate"',
    ("Exemption", "commits"): "[[exempt]]\ncommits = 10",
    ("Exemption", "authors"): '[[exempt]]\nactors = ["ada"]\nauthors = ["ada@example.org"]',
    ("Exemption", "paths"): '[[exempt]]\nactors = ["ada"]\npaths = ["docs/"]',
    ("Exemption", "reason"): '[[exempt]]\nactors = ["ada"]\nreason = "it is known"',
}
"""A value of each key that differs from its default."""


@pytest.mark.parametrize("key", EXPLAINED)
def test_each_key_has_a_sentence(key: tuple[str, ...]) -> None:
    """What is said with the key is not said without it, nor without its last line."""
    *before, last = EXPLAINED[key].split("\n")
    with_it = _words(f"{V}{EXPLAINED[key]}\n".encode())
    assert "None" not in " ".join(with_it)
    without = "\n".join([V, *before, ""]).encode()
    known = {*_words(V.encode()), *([] if _said(without) else _words(without))}
    assert [sentence for sentence in with_it if sentence not in known], last


def test_no_key_is_left_out_of_those_sentences() -> None:
    """`read` has one beside them: contributors read a document before all else."""
    schema = parser.schema()
    tables = {(): schema, **{(name,): table for name, table in schema["$defs"].items()}}
    keys = {(*name, key) for name, table in tables.items() for key in table.get("properties", {})}
    nested = {(key,) for key in ("questions", "question", "signers", "disclosure", "require")}
    assert keys - nested - {("exempt",), ("version",), ("read",)} == set(EXPLAINED)


def test_the_unit_is_explained() -> None:
    each, whole = (_words(f"{V}{line}".encode()) for line in ("", 'unit = "pull-request"\n'))
    assert "at most 3 hunks per commit" in " ".join(each)
    assert "at most 3 hunks per pull request" in " ".join(whole)
    assert any("whole difference of a pull request" in sentence for sentence in whole)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ('mode = "advisory"\n', "The check only reports: nothing fails because of it."),
        (
            'mode = "advisory"\nadvisory-until = 2027-03-01\n',
            "Until 2027-03-01, the check only reports: nothing fails because of it.",
        ),
        (
            '[[question]]\npaths = ["a/"]\nkinds = ["security"]\nleast-words = 8\n',
            (
                "For each hunk of `a/`, if the change is of the kind `security`: an answer needs "
                "at least 8 words."
            ),
        ),
        (
            '[[question]]\npaths = ["a/"]\nunsure = false\n',
            "For each hunk of `a/`: saying that you are not sure is not enough.",
        ),
        (
            '[[question]]\npaths = ["a/"]\nstanding = ["breaks"]\n',
            "For each hunk of `a/`: say what breaks if it is removed.",
        ),
        (
            '[[exempt]]\nbot = "renovate"\n',
            "Commits of renovate in a pull request that it opened need no attestation.",
        ),
        (
            'lock-files = "ignore"\n',
            "Lock files are signed, but not asked about; those in ignored paths are left out.",
        ),
        (
            'branches = "all"\n',
            "From the default branch, these rules apply to branches without a policy, too.",
        ),
        (
            'sign-off = "required"\n',
            "Each commit has a line `Signed-off-by: NAME <ADDRESS>`, with its author's address.",
        ),
        (
            "[[exempt]]\ncommits = 1\n",
            (
                "Commits by authors who have a commit or more in the base, by a verified key or "
                "login, need no attestation."
            ),
        ),
        (
            "enforce-from = 2027-03-01\n",
            "Pull requests that were opened before 2027-03-01 are only reported.",
        ),
        (
            f'enforce-from = "{"a1" * 20}"\n',
            "Branches that do not contain the commit a1a1a1a1a1 are only reported.",
        ),
    ],
)
def test_keys_of_adoption_are_explained(written: str, sentence: str) -> None:
    assert sentence in _words((V + written).encode())


@pytest.mark.parametrize(
    ("now", "advises"),
    [("2027-02-28T23:59:59+00:00", True), ("2027-03-01T00:00:00+00:00", False)],
)
def test_advisory_mode_ends_as_its_last_day_begins(now: str, advises: bool) -> None:
    policy = parser.read((V + 'mode = "advisory"\nadvisory-until = 2027-03-01\n').encode(), "f")
    assert policy.advises(datetime.fromisoformat(now)) is advises
