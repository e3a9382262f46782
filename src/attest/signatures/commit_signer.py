"""Signing a commit again as git signed it, by git's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attest.errors import EnvironmentFault
from attest.signatures import ssh_key, ssh_signer
from attest.system import processes

_FORMATS = {
    b"-----BEGIN SSH SIGNATURE-----": "ssh",
    b"-----BEGIN PGP SIGNATURE-----": "openpgp",
    b"-----BEGIN PGP MESSAGE-----": "openpgp",
    b"-----BEGIN SIGNED MESSAGE-----": "x509",
}


def format_of(armoured: bytes) -> str:
    """The format of a signature as `gpg.format` names it; empty where it is unknown."""
    return next((name for start, name in _FORMATS.items() if armoured.startswith(start)), "")


@dataclass(frozen=True, slots=True)
class CommitSigner:
    """git's settings for signing commits (git-config(1), `gpg.*`).

    Args:
        format: `ssh`, `openpgp` or `x509`.
        key: git's signing key, or the committer where OpenPGP has none.
    """

    format: str
    program: str
    key: str

    @classmethod
    def of(cls, settings: Mapping[str, str | None], committer: str) -> CommitSigner:
        """Read git's settings.

        Args:
            settings: `gpg.format`, None where unset; git's signing key, as
                `user.signingKey`; and what signs each format, as `gpg.<format>.program`.
            committer: name and address.
        """
        form = (settings.get("gpg.format") or "openpgp").lower()
        program = settings.get(f"gpg.{form}.program") or ""
        key = settings.get("user.signingKey") or ("" if form == "ssh" else committer)
        return cls(form, program, key)

    def objection(self, armoured: bytes) -> str:
        """Why a commit with this signature cannot be signed again; empty if it can."""
        form = format_of(armoured)
        if not form:
            return "attest does not know the type of its signature"
        if form != self.format:
            return f"it is signed with {form}, but git is set up for {self.format} (gpg.format)"
        if not self.key:
            return "git has no key to sign it again (user.signingKey)"
        return ""

    def sign(self, payload: bytes, *, terminal: bool) -> bytes:
        """The armoured signature of a commit without one.

        Raises:
            EnvironmentFault: the program is missing, or did not sign.
        """
        if self.format == "ssh":
            # git leaves it to ssh-keygen which keys are good: a certificate, a short RSA key.
            return ssh_signer.armoured_signatures(
                [payload],
                ssh_key.as_git_names(self.key),
                "git",
                program=self.program,
                terminal=terminal,
                name=f"git's user.signingKey, {self.key}",
            )[0]
        command = [self.program, "--status-fd=2", "-bsau", self.key]
        try:
            result = processes.run(
                command, payload=payload, stdout=processes.PIPE, stderr=processes.PIPE
            )
        except OSError as error:
            raise EnvironmentFault(
                f"{self.program} cannot be started: {error.strerror}",
                "Install it, or set git's gpg.program. Nothing was rewritten.",
            ) from None
        if result.returncode != 0 or b"\n[GNUPG:] SIG_CREATED " not in b"\n" + result.stderr:
            message = result.stderr.decode("utf-8", "replace").strip()
            raise EnvironmentFault(
                f"{self.program} did not sign the commit with {self.key}: {message}",
                "Nothing was rewritten; your answers are kept. Fix git's signing settings "
                "(gpg.program, user.signingKey), and run the command again.",
            )
        return result.stdout
