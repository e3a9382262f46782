"""Signatures: made by ssh-keygen, verified in process."""
