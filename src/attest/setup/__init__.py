"""What attest init and attest doctor do: hooks, keys, the maintainer's files."""
