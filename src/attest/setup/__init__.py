"""`attest init` and `attest doctor`: the key, the hooks, the maintainer's files."""
