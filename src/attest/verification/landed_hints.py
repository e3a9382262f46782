"""What a reader can do about a problem of what has landed: nobody rewrites a main branch, so the
remedies of a pull request do not fit."""

from __future__ import annotations

from attest.forge import no_reply
from attest.report.findings import Finding, Verdict

_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "codeberg.org": "codeberg"}
_LOST = (
    "Nobody answered for it, or the forge left the attestation out of the message that it wrote: "
    "`attest init --maintainer --merge-method squash` names the setting that keeps it."
)
_NEWER = "If the project lists the key by now, take the rules of a newer commit (--base main)."
_ACCOUNT = "If an account of the author's publishes it, name that account (--forge github:LOGIN)."


def adjusted(verdict: Verdict) -> Verdict:
    """A verdict whose findings name remedies for history."""
    login = _login(verdict)
    return verdict._replace(findings=tuple(_adjusted(one, login) for one in verdict.findings))


def _adjusted(finding: Finding, login: str) -> Finding:
    finding = finding._replace(answer_again=False)
    if finding.code == "unattested":
        return finding._replace(hint=_LOST)
    if finding.code in ("signer-unknown", "attester-mismatch") and finding.severity == "error":
        account = f"If this account opened the pull request, name it: --forge {login}"
        return finding._replace(hint=f"{_NEWER} {account if login else _ACCOUNT}")
    return finding


def _login(verdict: Verdict) -> str:
    """Whose no-reply address wrote a commit, as `--forge` names it; empty where it is none of a
    forge that everybody knows. A claim of the commit, so that a person decides."""
    for one in verdict.commits[:1]:
        address = one.author.rpartition("<")[2].removesuffix(">")
        known = no_reply.read(address, ())
        if known is not None:
            number = address.partition("@")[0].removesuffix(known.login).strip("+-")
            account = f"{number}+{known.login}" if number else known.login
            return f"{_FORGES[known.host]}:{account}"
    return ""
