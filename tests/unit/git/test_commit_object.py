"""Reading commit objects as git reads them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.errors import AttestError, EnvironmentFault
from attest.git import commit_object
from support.repo import EMAIL, Repo

TREE, P1, P2 = "a" * 40, "b" * 40, "c" * 40
WHO = b"A U Thor <author@example.com> 1767225600 +0000"


def raw(*headers: bytes, message: bytes = b"subject\n", author: bytes = WHO) -> bytes:
    lines = [b"tree " + TREE.encode(), *headers, b"author " + author, b"committer " + WHO]
    return b"\n".join(lines) + b"\n\n" + message


def test_the_parts_of_a_real_commit_are_read(bare_repo: Repo) -> None:
    first = bare_repo.commit("first")
    head = bare_repo.commit("second\n\nbody\n\nmore")
    result = commit_object.parse(bare_repo.raw(), head)
    assert result.tree == bare_repo.git("rev-parse", "HEAD^{tree}")
    assert result.parents == (first,)
    assert result.author_email == EMAIL.encode()
    assert (result.encoding, result.subject) == (None, "second")
    assert result.message == b"second\n\nbody\n\nmore\n"


def test_a_root_commit_has_no_parent_and_a_merge_has_all() -> None:
    assert commit_object.parse(raw(), "x").parents == ()
    parents = [f"parent {oid}".encode() for oid in (P1, P2)]
    assert commit_object.parse(raw(*parents), "x").parents == (P1, P2)


def test_the_encoding_header_is_read(bare_repo: Repo) -> None:
    bare_repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    bare_repo.git("commit", "--allow-empty", "-q", "-F", "-", stdin=b"gr\xfc\xdfe\n")
    result = commit_object.parse(bare_repo.raw(), "x")
    assert result.encoding == "ISO-8859-1"
    assert result.message == b"gr\xfc\xdfe\n"
    assert result.subject == "gr\udcfc\udcdfe"


@pytest.mark.parametrize("name", ["gpgsig", "gpgsig-sha256", "mergetag", "x-unknown"])
def test_a_header_of_several_lines_hides_nothing(name: str) -> None:
    inner = [
        b"tree " + b"f" * 40,
        b"parent " + b"f" * 40,
        b"author E <e@x> 1 +0000",
        b"encoding x",
        b"",
    ]
    header = name.encode() + b" object x\n " + b"\n ".join(inner) + b"\n end"
    data = raw(f"parent {P1}".encode()).replace(b"\n\n", b"\n" + header + b"\n\n", 1)
    result = commit_object.parse(data, "x")
    assert (result.tree, result.parents, result.encoding) == (TREE, (P1,), None)
    assert result.author_email == EMAIL.encode()
    assert result.message == b"subject\n"


def test_headers_in_the_message_are_text() -> None:
    result = commit_object.parse(raw(message=b"parent " + b"f" * 40 + b"\n\ntree x\n"), "x")
    assert (result.tree, result.parents) == (TREE, ())
    assert result.message.endswith(b"\n\ntree x\n")


@pytest.mark.parametrize("placed", ["author", "committer", "end"])
def test_a_parent_line_behind_the_author_is_no_parent_as_in_git(
    bare_repo: Repo, placed: str
) -> None:
    """Else attest would judge a merge where git sees an ordinary commit, and a
    second `parent` that holds the change already would make the diff empty."""
    bare_repo.write("a", "1\n")
    bare_repo.commit("base")
    base = bare_repo.head
    bare_repo.write("a", "evil\n")
    hidden = bare_repo.commit("hidden")
    lines = bare_repo.raw().split(b"\n")
    extra = b"parent " + hidden.encode()
    at = {"author": 3, "committer": 4, "end": 4}[placed]
    lines[at:at] = [b"encoding UTF-8", extra] if placed == "end" else [extra]
    oid = bare_repo.rewrite(b"\n".join(lines))
    assert bare_repo.git("rev-list", "--parents", "-1", oid) == f"{oid} {base}"
    try:
        parents = commit_object.parse(bare_repo.raw(), oid).parents
    except EnvironmentFault:
        return  # refused as damaged: as good
    assert parents == (base,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"subject only\n",
        raw().replace(b"tree ", b"treee "),
        raw().replace(b"tree ", b""),
        raw().replace(b"author ", b"autor "),
        raw(author=b"no address"),
        raw(author=b"half <an address"),
        raw(author=b""),
        b"author " + WHO + b"\n\nsubject\n",
        raw().replace(TREE.encode(), b""),
        raw().replace(TREE.encode(), b"HEAD"),
        raw().replace(TREE.encode(), b"a" * 39),
        raw().replace(TREE.encode(), b"\xff" * 40),
        raw().replace(TREE.encode(), TREE.encode() + b" " + TREE.encode()),
        raw(b"parent "),
        raw(b"parent HEAD"),
        raw(b"parent --all"),
        raw(b"parent " + P1.encode()[:-1]),
        raw(b"parent " + P1.encode() + b" "),
    ],
)
def test_a_damaged_commit_is_refused(data: bytes) -> None:
    with pytest.raises(EnvironmentFault, match=r"commit c0ffee is damaged"):
        commit_object.parse(data, "c0ffee")


@pytest.mark.parametrize(
    ("author", "email"),
    [
        (b"A <a@b> 1 +0000", b"a@b"),
        (b"A <> 1 +0000", b""),
        (b"<a@b> 1 +0000", b"a@b"),
        (b"A \xff <\xfc@b> 1 +0000", b"\xfc@b"),
        (b"A <a@b>", b"a@b"),
        (b"A <a@b> -1 -0730", b"a@b"),
    ],
)
def test_the_address_is_what_stands_between_the_brackets(author: bytes, email: bytes) -> None:
    assert commit_object.parse(raw(author=author), "x").author_email == email


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        (b"", ""),
        (b"\n\n", ""),
        (b"\n  first  \nsecond\n", "first"),
        (b"no newline", "no newline"),
        (b"crlf\r\nbody\r\n", "crlf"),
    ],
)
def test_the_subject_is_the_first_line_with_text(message: bytes, subject: str) -> None:
    assert commit_object.parse(raw(message=message), "x").subject == subject


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    for candidate in (data, raw(data), raw(message=data), raw(author=data)):
        try:
            result = commit_object.parse(candidate, "x")
        except AttestError:
            continue
        assert result.message in candidate


@settings(max_examples=300)
@given(st.data())
def test_the_pattern_for_usual_headers_reads_what_the_reader_reads(data: st.DataObject) -> None:
    """Whatever is put into them, and wherever."""
    signature = b"gpgsig -----BEGIN\n line\n \n -----END"
    whole = raw(b"parent " + P1.encode(), message=b"subject\n\nauthor x <y> 1\n")
    head, _, message = whole.partition(b"\n\n")
    whole = head + b"\n" + data.draw(st.sampled_from([b"", signature + b"\n"])) + b"\n" + message
    at = data.draw(st.integers(0, len(head) + 20))
    pieces = (b"<", b">", b"\n", b"\0", b" ", b"\nparent " + P1.encode(), b"\nencoding latin1")
    piece = data.draw(st.sampled_from([*pieces, b"\nauthor B <b> 1 +0000", b"\nmergetag x", b""]))
    changed = whole[:at] + piece + whole[at:]
    if commit_object._HEADERS.match(changed) and b"\0" not in changed:
        assert commit_object.parse(changed, "x") == commit_object._parse_unusual(changed, "x")
    assert piece or commit_object._HEADERS.match(changed)
