"""Signatures: SSHSIG (made by ssh-keygen, verified in process) and OpenPGP (by gpg)."""
