"""From a key to a known person."""
