"""The maintainer's rules: `.attest.toml`, and what follows from it."""
