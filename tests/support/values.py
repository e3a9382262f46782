"""Arbitrary values of a block, for property tests."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from hypothesis import strategies as st

from attest import text
from attest.attestation import encoding
from attest.attestation.block import AttestedHunk, Block, Question

DIGESTS = st.binary(min_size=1, max_size=1).map(lambda b: hashlib.sha224(b).hexdigest())

_HOSTILE = (
    "%",
    "@",
    "%41",
    "a@b.example",
    "\u202eevil\u2066",
    "\x1b[31m",
    "\x00",
    "\u2028",
    "\x85",
    "\ufeff",
    "\u200b",
    "\u200d",
    "漢字かな交じり文",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "\u0344",
    "Attest: v1; at=x",
    "Attest-Sig: QUJD",
    "Signed-off-by: a <b@c>",
    "---",
    "# comment",
    "\r\n",
    "\t",
    "x" * 72,
)
TYPED = st.lists(
    st.one_of(st.sampled_from((*_HOSTILE, *"   ")), st.text(max_size=5)), max_size=8
).map("".join)
"""What someone may type, or paste."""

LONG = st.builds(
    lambda piece, times: (piece * times)[:4000],
    st.sampled_from(["x", "é", "漢", "👍", "%", "@", "a%é@"]),
    st.integers(200, 1500),
)
"""Words that do not fit on a line of a mail."""

TEXTS = st.one_of(TYPED, TYPED, st.builds("{} {} {}".format, TYPED, LONG, TYPED)).map(
    text.normalise
)
NAMES = TYPED.map(lambda t: text.normalise(t.replace("<", "").replace(">", ""))).filter(bool)
EMAILS = st.sampled_from(["author@example.com", "a+b%c@é.example", "@", "漢"])
PATHS = st.one_of(st.binary(min_size=1, max_size=60), TYPED.filter(bool).map(str.encode)).filter(
    lambda path: b"\0" not in path
)

FACTS = st.one_of(TYPED, st.builds("{} {}".format, TYPED, LONG)).map(encoding.as_fact)
_QUESTIONS = st.builds(Question, TEXTS.filter(bool), TEXTS.filter(bool))
HUNKS = st.builds(
    AttestedHunk,
    DIGESTS,
    PATHS.map(encoding.encode_path),
    TEXTS,
    TEXTS,
    st.lists(_QUESTIONS, max_size=1).map(tuple),
    TEXTS,
    FACTS,
)
BLOCKS = st.builds(
    Block,
    at=st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)).map(
        lambda t: t.replace(microsecond=0, tzinfo=UTC)
    ),
    mode=st.sampled_from(["tty", "editor", "file"]),
    hunk_counts=st.tuples(st.integers(0, 9_999), st.one_of(st.none(), st.integers(0, 9))),
    rules=st.integers(1, 9),
    name=NAMES,
    email=EMAILS,
    key=st.sampled_from([f"ssh SHA256:{'aZ0+/' * 8}xyz", f"openpgp {'0F' * 20}"]),
    change=DIGESTS,
    hunks=st.lists(HUNKS, max_size=2).map(tuple),
    files=st.lists(DIGESTS, max_size=3).map(tuple),
    project=st.one_of(st.none(), st.sampled_from(["click", "a-%@é"])),
    policy=st.one_of(st.none(), DIGESTS),
    branch_commits=st.one_of(st.none(), st.integers(1, 999_999_999)),
    signature=st.binary(min_size=1, max_size=100),
)
