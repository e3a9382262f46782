"""Which rules apply: policy, signers and revocations of the base commit."""
