"""`--forge`: the grammar, and what a login's keys vouch for."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import UsageError
from attest.forge import published_keys
from attest.forge.ci_event import Run
from attest.forge.published_keys import ForgeKeys


def pages(word: str) -> tuple[str, ...]:
    return published_keys.parse(word).pages


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("github:octocat", "https://github.com/octocat.keys"),
        ("github:a--b_corp", "https://github.com/a--b_corp.keys"),
        ("github:583231+octocat", "https://github.com/octocat.keys"),
        ("gitlab:a.b-c_d", "https://gitlab.com/a.b-c_d.keys"),
        ("gitlab:8443", "https://gitlab.com/8443.keys"),
        ("codeberg:alice", "https://codeberg.org/alice.keys"),
        ("gitlab:a@https://Host.example:8443/git/lab/", "https://host.example:8443/git/lab/a.keys"),
        ("forgejo:a@HTTPS://127.0.0.1:3000", "https://127.0.0.1:3000/a.keys"),
        ("forgejo:a@https://localhost", "https://localhost/a.keys"),
    ],
)
def test_where_the_keys_are(word: str, first: str) -> None:
    assert pages(word)[0] == first


def test_github_lists_signing_keys_elsewhere() -> None:
    assert pages("github:octocat")[1:] == (
        "https://api.github.com/users/octocat/ssh_signing_keys?per_page=100",
    )
    assert pages("github:octocat@https://ghe.example/x")[1:] == (
        "https://ghe.example/x/api/v3/users/octocat/ssh_signing_keys?per_page=100",
    )
    assert len(pages("gitlab:octocat")) == 1


def test_an_app_has_no_keys() -> None:
    assert pages("github:dependabot[bot]") == ()


@pytest.mark.parametrize("name", ["github", "gitlab", "forgejo", "codeberg"])
def test_a_kind_alone_waits_for_the_login(name: str) -> None:
    assert published_keys.parse(name).login is None


@pytest.mark.parametrize("kind", ["github", "gitlab", "codeberg"])
@pytest.mark.parametrize(
    "login",
    [
        *("", ".", "..", "a..b", ".a", "a.", "-a", "a/b", "a\\b", "a%2fb", "a?b", "a#b", "a:b"),
        *("a b", "a\n", "a\0", "a\r\nHost: b", "\xe9", "\u212a", "\u0661", "a@", "[bot]"),
        *("a" * 256, "0+a", "+a", "1+"),
    ],
)
def test_what_is_no_login_is_refused(kind: str, login: str) -> None:
    with pytest.raises(UsageError):
        published_keys.parse(f"{kind}:{login}")


@pytest.mark.parametrize("login", ["a.b", "a" * 40, "a[bot]b", "_a"])
def test_github_has_rules_of_its_own(login: str) -> None:
    with pytest.raises(UsageError):
        published_keys.parse(f"github:{login}")


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://a.example", "https://", "https:///a", "ftp://a", "a.example", "//a.example"),
        *("https://u@a.example", "https://u:p@a.example", "https://a.example:0", "https://a:65536"),
        *("https://a:", "https://a..b", "https://.a", "https://a.", "https://a/../b"),
        *("https://a/./b", "https://a//b", "https://a/b?c", "https://a/b#c", "https://a/%2e"),
        *("https://a\\b", "https://a b", "https://a\n", "https://\xe9.example", "https://[::1]"),
        "https://" + "a" * 300,
    ],
)
def test_what_is_no_server_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        published_keys.parse(f"gitlab:alice@{url}")


@pytest.mark.parametrize(
    "word", ["", ":", "git:a", "GitHub:a", "forgejo:a", "codeberg:a@https://b.example", "github@a"]
)
def test_what_is_no_spec_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        published_keys.parse(word)


SERVERS = {
    "github:{}": "https://github.com/",
    "gitlab:{}": "https://gitlab.com/",
    "codeberg:{}": "https://codeberg.org/",
    "gitlab:{}@https://host.example:8443/git": "https://host.example:8443/git/",
}
LOGINS = st.one_of(
    st.text(st.sampled_from("aZ09-_./%?#:@+[]\\ \n\0é"), max_size=12),
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}(\[bot\])?", fullmatch=True),
    st.text(max_size=50),
)


@given(st.sampled_from(sorted(SERVERS)), LOGINS)
def test_no_login_bends_the_url(pattern: str, login: str) -> None:
    try:
        spec = published_keys.parse(pattern.format(login))
    except UsageError:
        return
    if login.count("@"):
        return  # then it is the server that was written
    for page in spec.pages[:1]:
        prefix = SERVERS[pattern]
        assert page.startswith(prefix)
        rest = page.removeprefix(prefix)
        assert "/" not in rest
        assert rest.endswith(".keys")
        split, meant = urlsplit(page), urlsplit(prefix)
        assert (split.scheme, split.netloc) == ("https", meant.netloc)
        assert (split.query, split.fragment) == ("", "")
        assert page.isascii()
        assert page.isprintable()
    for page in spec.pages[1:]:
        assert urlsplit(page).netloc == "api.github.com"
        assert page.split("?")[0].count("/") == 5


@given(st.text(max_size=60))
def test_any_text_is_a_spec_or_an_error_of_usage(word: str) -> None:
    for text in (word, f"github:{word}", f"gitlab:a@{word}", f"gitlab:a@https://{word}"):
        try:
            spec = published_keys.parse(text)
        except UsageError:
            continue
        assert spec.login is None or all(p.startswith("https://") for p in spec.pages)


@pytest.mark.parametrize(
    ("word", "address", "good"),
    [
        ("github:octocat", "octocat@users.noreply.github.com", True),
        ("github:OctoCat", "octocat@Users.NoReply.GitHub.com", True),
        ("github:7+octocat", "7+OCTOCAT@users.noreply.github.com", True),
        ("github:7+octocat", "octocat@users.noreply.github.com", True),
        ("github:7+octocat", "8+octocat@users.noreply.github.com", False),
        ("github:octocat", "8+octocat@users.noreply.github.com", False),
        ("github:7+octocat", "07+octocat@users.noreply.github.com", False),
        ("github:7+octocat", "7-octocat@users.noreply.github.com", False),
        ("github:octocat", "octocat2@users.noreply.github.com", False),
        ("github:octocat", "octocat@users.noreply.gitlab.com", False),
        ("github:octocat", "octocat@users.noreply.github.com.example", False),
        ("github:octocat", "octocat@github.com", False),
        ("github:octocat", "octocat@users.noreply.github.com@users.noreply.github.com", False),
        ("github:octocat", "", False),
        ("github:kim", "\u212aim@users.noreply.github.com", False),
        ("github:9+b[bot]", "9+b[bot]@users.noreply.github.com", True),
        ("github:a@https://ghe.example", "a@users.noreply.github.com", False),
        ("github:a@https://ghe.example", "a@users.noreply.ghe.example", False),
        ("gitlab:7+a", "7-a@users.noreply.gitlab.com", True),
        ("gitlab:7+a", "1-a@users.noreply.gitlab.com", False),
        ("gitlab:a", "1-a@users.noreply.gitlab.com", False),
        ("gitlab:7+a", "a@users.noreply.gitlab.com", False),
        ("gitlab:7+a@https://g.example:8443/x", "7-a@users.noreply.g.example", True),
        ("gitlab:7+a.b", "7-aXb@users.noreply.gitlab.com", False),
        ("codeberg:Alice", "alice@noreply.codeberg.org", True),
        ("codeberg:7+alice", "7+alice@noreply.codeberg.org", True),
        ("codeberg:alice", "7+alice@noreply.codeberg.org", False),
        ("codeberg:alice", "alice@codeberg.org", False),
        ("forgejo:a@https://f.example:3000", "a@noreply.f.example", True),
    ],
)
def test_keys_vouch_for_the_logins_own_addresses(word: str, address: str, good: bool) -> None:
    assert ForgeKeys(published_keys.parse(word), frozenset()).vouches(address) is good


def run(forge_kind: str, login: str | None, server: str = "") -> Run:
    return Run(forge_kind, "pull_request", "a", "b", login=login, server=server)  # type: ignore[arg-type]


def test_the_event_names_login_and_server() -> None:
    spec = published_keys.parse("gitlab").of_run(run("gitlab", "alice", "https://git.example:8443"))
    assert spec.pages == ("https://git.example:8443/alice.keys",)
    assert published_keys.parse("github").of_run(run("github", "dependabot[bot]")).pages == ()


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("github", None),
        ("github", run("github", None)),
        ("github", run("gitlab", "alice", "https://gitlab.com")),
        ("github", run("github", "../alice")),
        ("gitlab", run("gitlab", "alice", "http://gitlab.example")),
        ("forgejo", run("forgejo", "alice")),
        ("codeberg", run("forgejo", "alice", "https://git.example")),
    ],
)
def test_an_event_that_does_not_fit_is_refused(word: str, event: Run | None) -> None:
    with pytest.raises(UsageError):
        published_keys.parse(word).of_run(event)
