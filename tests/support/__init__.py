"""Helpers that tests share: a real repository, real keys, a real terminal."""
