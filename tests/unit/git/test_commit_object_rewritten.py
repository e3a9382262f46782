"""A commit object written anew: what is not meant to change does not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault
from attest.git import commit_object

WHO = b"A U Thor <author@example.com> 1767225600 +0000"
NEW = b"C O Mitter <committer@example.com> 1800000000 -0330"

OIDS = {size: st.text("0123456789abcdef", min_size=size, max_size=size) for size in (40, 64)}
VALUES = st.binary(max_size=20).map(lambda data: data.replace(b"\n", b"").replace(b"\0", b""))
IDENTS = st.builds(
    lambda name, email, zone: name + b" <" + email + b"> 1767225600 " + zone,
    VALUES.map(lambda name: name.replace(b"<", b"").replace(b">", b"")),
    VALUES.map(lambda email: email.replace(b"<", b"").replace(b">", b"")),
    st.sampled_from([b"+0000", b"-0730", b"+1400", b"+051800"]),
)
NAMES = st.sampled_from([b"encoding", b"mergetag", b"x-unknown", b"HG:extra", b"change-id"])
HEADERS = st.builds(
    lambda name, lines: name + b" " + b"\n ".join(lines),
    NAMES,
    st.lists(VALUES, min_size=1, max_size=4),
)
SIGNATURES = st.builds(
    lambda kind, lines: b"\n".join([b"-----BEGIN " + kind, *lines, b"-----END " + kind]),
    st.sampled_from([b"SSH SIGNATURE-----", b"PGP SIGNATURE-----"]),
    st.lists(VALUES.map(lambda line: line.replace(b"\r", b"")), max_size=4),
)
HOSTILE = (
    b"",
    b"\n",
    b"no newline at the end",
    b"gpgsig -----BEGIN SSH SIGNATURE-----\n abc\n\nparent 1\ntree 2\n",
    b"S\r\n\r\nnul \0 and \xff\n\n\n",
)
MESSAGES = st.one_of(st.binary(max_size=60), st.sampled_from(HOSTILE))


@st.composite
def commits(draw: st.DrawFn) -> tuple[bytes, list[bytes], list[str]]:
    """A commit object without a signature, its header lines behind the parents, and
    its parents."""
    oids = OIDS[draw(st.sampled_from([40, 64]))]
    parents = draw(st.lists(oids, max_size=3))
    headers = [b"author " + draw(IDENTS), b"committer " + draw(IDENTS)]
    headers += draw(st.lists(HEADERS, max_size=3))
    head = [b"tree " + draw(oids).encode(), *(f"parent {oid}".encode() for oid in parents)]
    return b"\n".join([*head, *headers]) + b"\n\n" + draw(MESSAGES), headers, parents


def committer(headers: list[bytes]) -> bytes:
    return headers[1].removeprefix(b"committer ")


@given(commits())
def test_with_nothing_new_it_is_the_same_to_the_byte(
    made: tuple[bytes, list[bytes], list[str]],
) -> None:
    raw, headers, parents = made
    again = commit_object.rewritten(
        raw, "x", parents=parents, committer=committer(headers), message=None
    )
    assert again == raw
    assert commit_object.signature(raw) is None


@given(commits(), st.data())
def test_all_but_parents_committer_and_message_is_kept(
    made: tuple[bytes, list[bytes], list[str]], data: st.DataObject
) -> None:
    raw, headers, _ = made
    new = data.draw(st.lists(OIDS[40], max_size=3))
    message = data.draw(st.none() | MESSAGES)
    written = commit_object.rewritten(raw, "x", parents=new, committer=NEW, message=message)
    tree = raw.partition(b"\n")[0]
    kept = raw.partition(b"\n\n")[2] if message is None else message
    expected = [tree, *(f"parent {oid}".encode() for oid in new)]
    expected += [headers[0], b"committer " + NEW, *headers[2:]]
    assert written == b"\n".join(expected) + b"\n\n" + kept
    before, after = commit_object.parse(raw, "x"), commit_object.parse(written, "x")
    assert after.parents == tuple(new)
    assert after.message == kept
    assert (after.tree, after.author_email, after.encoding) == (
        before.tree,
        before.author_email,
        before.encoding,
    )
    assert commit_object.committer_email(written) == b"committer@example.com"


@given(commits(), SIGNATURES, st.sampled_from([b"", b"\n", b"\n\n"]))
def test_a_signature_goes_in_comes_out_and_is_taken_away(
    made: tuple[bytes, list[bytes], list[str]], armoured: bytes, end: bytes
) -> None:
    raw, headers, parents = made
    signed = commit_object.with_signature(raw, armoured + end)
    assert commit_object.signature(signed) == armoured
    result = commit_object.parse(signed, "x")
    assert (result.message, result.parents) == (raw.partition(b"\n\n")[2], tuple(parents))
    kept = commit_object.rewritten(
        signed, "x", parents=parents, committer=committer(headers), message=None
    )
    assert kept == raw


@given(commits(), SIGNATURES)
def test_a_signature_stands_behind_all_other_headers(
    made: tuple[bytes, list[bytes], list[str]], armoured: bytes
) -> None:
    raw, _, _ = made
    signed = commit_object.with_signature(raw, armoured)
    head, _, message = raw.partition(b"\n\n")
    name = b"gpgsig" if len(head.partition(b"\n")[0]) == len("tree ") + 40 else b"gpgsig-sha256"
    added = b"\n" + name + b" " + armoured.replace(b"\n", b"\n ")
    assert signed == head + added + b"\n\n" + message


@given(commits(), SIGNATURES, SIGNATURES)
def test_two_signatures_do_not_pile_up(
    made: tuple[bytes, list[bytes], list[str]], first: bytes, second: bytes
) -> None:
    raw, headers, parents = made
    signed = commit_object.with_signature(raw, first)
    bare = commit_object.rewritten(
        signed, "x", parents=parents, committer=committer(headers), message=None
    )
    assert commit_object.with_signature(bare, second) == commit_object.with_signature(raw, second)


def test_a_windows_signature_is_stored_as_git_stores_it() -> None:
    raw = b"tree " + b"a" * 40 + b"\nauthor " + WHO + b"\ncommitter " + WHO + b"\n\nS\n"
    armoured = b"-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----\r\n"
    signed = commit_object.with_signature(raw, armoured)
    assert b"\r" not in signed
    assert commit_object.signature(signed) == armoured.replace(b"\r", b"").rstrip(b"\n")


@pytest.mark.parametrize("name", [b"gpgsig", b"gpgsig-sha256"])
def test_a_signature_between_other_headers_is_found(name: bytes) -> None:
    head = [b"tree " + b"a" * 40, b"author " + WHO, b"committer " + WHO, b"encoding x"]
    lines = [*head, name + b" one\n two", b"mergetag object 1\n gpgsig no\n end"]
    raw = b"\n".join(lines) + b"\n\nS\n"
    assert commit_object.signature(raw) == b"one\ntwo"
    kept = commit_object.rewritten(raw, "x", parents=[], committer=WHO, message=None)
    assert kept == b"\n".join([*lines[:4], lines[5]]) + b"\n\nS\n"


DAMAGED = {
    "no committer": [b"author " + WHO],
    "committer first": [b"committer " + WHO, b"author " + WHO],
    "a header between": [b"author " + WHO, b"encoding x", b"committer " + WHO],
    "no author": [b"committer " + WHO],
}


@pytest.mark.parametrize("lines", DAMAGED.values(), ids=DAMAGED)
def test_headers_in_another_order_are_refused_by_name(lines: list[bytes]) -> None:
    raw = b"\n".join([b"tree " + b"a" * 40, *lines]) + b"\n\nS\n"
    with pytest.raises(EnvironmentFault, match=r"commit c0ffee is damaged"):
        commit_object.rewritten(raw, "c0ffee", parents=[], committer=NEW, message=None)


@given(st.binary(max_size=80))
@example(b"\n\n")
@example(b"tree \n\n")
def test_no_bytes_crash_the_readers(data: bytes) -> None:
    head = b"tree " + b"a" * 40 + b"\nauthor " + WHO + b"\n"
    for raw in (data, head + data, head + b"committer " + data, head + data + b"\n\n"):
        assert commit_object.signature(raw) is None or b"gpgsig" in raw
        assert commit_object.committer_email(raw) in raw
        try:
            written = commit_object.rewritten(raw, "x", parents=[], committer=NEW, message=None)
        except EnvironmentFault:
            continue
        assert commit_object.parse(written, "x").message == commit_object.parse(raw, "x").message
