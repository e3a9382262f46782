"""Whatever a file of the base, a message or a record holds: it is read, or refused by an
error of attest's own. Nothing else is raised, so no check ends with exit code 70."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest import text, toml
from attest.attestation import block, codec, message
from attest.errors import AttestError, EnvironmentFault
from attest.forge import ci_event, published_keys
from attest.git import alternates, commit_object, diff, push_updates
from attest.interview import answer_tables
from attest.policy import disclosure
from attest.policy import parser as policy
from attest.policy.model import Disclosure
from attest.rewrite.journal import Journal
from attest.signatures import allowed_signers, commit_signature, openpgp, ssh_key
from attest.signatures.wire import SignatureInvalid, WireError
from attest.state import check_cache
from attest.state.store import Store
from attest.trust import revocations

BLANKS = (
    "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\x00"
)
PIECES = [
    *BLANKS,
    *"\n\n\n  =.,:;[]{}\"'#<>%@*?!-+/\\0179aAzé٣\u0301",
    "SHA256:" + "A" * 43,
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    "ssh-rsa AAAA====",
    "openpgp ",
    "0123456789abcdef" * 3,
    'namespaces="git-attest-v1"',
    'valid-after="20200101Z"',
    "cert-authority",
    "version = 1\n",
    "[[question]]\n",
    "[questions]\n",
    "paths = ['*']\n",
    '"""',
    "'''",
    "9" * 5000,
    "1_0",
    "-0001-99-99T99:99:99",
    "nan",
    "a." * 40,
    "[" * 3000,
    "Attest: v1; at=2026-01-01T00:00:00Z; mode=file; asked=1/1; rules=1\n",
    "Attest-Sig: ",
    "Attested-by: A <a@b>\n",
    "Assisted-by: x\n",
    "tree " + "0" * 40 + "\n",
    "parent " + "1" * 40 + "\n",
    "author A <a@b> 1 +0000\n",
    "committer A <a@b> " + "9" * 5000 + " +0000\n",
    "-----BEGIN SSH SIGNATURE-----\n",
    "-----BEGIN PGP SIGNATURE-----\n",
    "gpgsig ",
    "\ud800",
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map("".join)
blobs = st.one_of(st.binary(max_size=120), texts.map(lambda t: t.encode("utf-8", "surrogatepass")))
# fmt: off
KEYS = [
    "path", "invariant", "breaks", "unsure", "questions", "change", "head", "old", "new",
    "block", "trailers", "hunks", "said", "moves", "commits", "number", "state", "git_dir",
    "ref", "pull_request", "base", "sha", "user", "login", "id", "merge_group", "base_sha",
    "before", "after", "key", "url", "at", "body",
]
# fmt: on
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)
records = st.one_of(
    blobs,
    json_values.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")),
    st.just(b"[" * 100_000),
    st.just(b'{"number": ' + b"9" * 5000 + b"}"),
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def decoded(data: bytes) -> str:
    """As the base's files are decoded before they are read."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise EnvironmentFault("not UTF-8", "") from None


READERS: dict[str, Callable[[bytes], object]] = {
    ".attest.toml": lambda data: policy.read(data, "f"),
    ".attest/allowed_signers": lambda data: allowed_signers.parse(decoded(data), "f"),
    ".attest/revoked": lambda data: revocations.parse(decoded(data), "f"),
    "a message": lambda data: [block.scan(data), disclosure.judge(data, Disclosure())],
    "a message for a block": lambda data: message.insert(
        data, ["Attest: x"], [], lambda _: True, message.Cleanup(comment=None)
    ),
    "a commit": lambda data: commit_object.parse(data, "f"),
    "a commit's committer": lambda data: [
        commit_object.committer_time(data),
        commit_object.committer_email(data),
        commit_object.signed_parts(data),
        commit_object.signature(data),
        commit_object.kept_headers(data),
    ],
    "a commit that is written anew": lambda data: commit_object.rewritten(
        data, "f", parents=[], committer=b"A <a@b> 1 +0000", message=None
    ),
    "git's signature": lambda data: commit_signature.signer_of(data, [], None, [NOW]),
    "a diff": lambda data: diff.parse_raw(data),
    "the keys of a login": lambda data: published_keys._read("https://f/x.keys", data),
    "the signing keys of a login": lambda data: published_keys._read("https://f/x?page=1", data),
    "a public key": lambda data: ssh_key.read_usable(
        data.decode("utf-8", "replace"), value="f", source="f"
    ),
    "user ids of gpg": lambda data: openpgp._address(data.decode("utf-8", "replace")),
    "answers": lambda data: answer_tables.parse(data, "f"),
    "text": lambda data: text.normalise(data.decode("utf-8", "surrogateescape")),
    "alternates": lambda data: alternates.read(os.fsdecode(data.replace(b"\0", b""))),
}
"""What reads bytes that others wrote; each may raise an AttestError, and nothing else."""


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(data=blobs)
def test_anything_is_read_or_refused(name: str, data: bytes) -> None:
    with contextlib.suppress(AttestError):
        READERS[name](data)


@settings(max_examples=300)
@given(data=blobs)
def test_a_block_is_read_or_refused(data: bytes) -> None:
    for span in block.scan(b"Attest: " + data).spans:
        with contextlib.suppress(block.BlockError):
            codec.parse(span.lines)


@settings(max_examples=200)
@given(data=blobs)
def test_toml_and_base64_have_one_kind_of_error(data: bytes) -> None:
    for read in (toml.loads, text.from_base64):
        with contextlib.suppress(ValueError):
            read(data.decode("utf-8", "replace"))
    with contextlib.suppress(ValueError):
        push_updates.updates(data)
    with contextlib.suppress(WireError):
        openpgp_words = data.decode("utf-8", "replace").split(" ")
        with contextlib.suppress(SignatureInvalid):
            openpgp._read_valid(openpgp_words)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(data=records)
def test_what_attest_keeps_is_read_or_refused(folder: Path, data: bytes) -> None:
    store = Store(folder, folder)
    names = ("answers/a", "pending/a", "tools/a", "rewrites/0001", "read")
    for name in names:
        path = folder / "attest" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "attest" / check_cache.FILE).write_bytes(data)
    (folder / "attest-adding").write_bytes(data)
    repository: Any = SimpleNamespace(common_dir=folder)
    for read in (
        lambda: store.answers("a"),
        lambda: store.pending_block("a"),
        lambda: list(store.pending_blocks()),
        lambda: store.disclosure("a"),
        lambda: store.read_oid("a"),
        lambda: store.keep_read("a", "b"),
        store.take_adding,
        lambda: list(Journal(repository).records()),
        lambda: check_cache.read(str(folder / "attest")),
    ):
        with contextlib.suppress(AttestError):
            read()


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(data=records, event=st.sampled_from(["push", "pull_request", "merge_group", "", "x"]))
def test_an_event_is_read_or_refused(folder: Path, data: bytes, event: str) -> None:
    path = folder / "event.json"
    path.write_bytes(data)
    env = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": str(path)}
    with contextlib.suppress(AttestError):
        ci_event.find(env)


@settings(max_examples=150)
@given(value=texts)
def test_variables_of_a_pipeline_are_read_or_refused(value: str) -> None:
    names = ("SOURCE_BRANCH_SHA", "TARGET_BRANCH_SHA", "IID")
    env = {f"CI_MERGE_REQUEST_{name}": value for name in names}
    env |= {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event"}
    for changed in (env, {**env, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "a" * 40}):
        with contextlib.suppress(AttestError):
            ci_event.find({**changed, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "b" * 40})


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("name", [".attest/revoked", ".attest/allowed_signers"])
def test_a_line_of_nothing_but_a_blank_says_nothing_or_is_named(name: str, blank: str) -> None:
    written = f"# a comment\n{blank}\n {blank} \t{blank}\n"
    if blank.isspace():
        assert not READERS[name](written.encode())
        return
    with pytest.raises(AttestError, match=r"^f:2: "):
        READERS[name](written.encode())


@pytest.mark.parametrize("blank", [c for c in BLANKS if c.isspace()])
def test_a_revoked_key_is_revoked_whatever_blank_stands_around_it(blank: str) -> None:
    for written in (
        f"{blank}SHA256:{'A' * 43}{blank}lost\n",
        f"ssh{blank}SHA256:{'A' * 43}{blank}",
    ):
        assert list(revocations.parse(written, "f")) == [f"SHA256:{'A' * 43}"]
