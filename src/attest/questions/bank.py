"""The standing questions."""

from __future__ import annotations

INVARIANT = "Which invariant does this hunk keep?"
BREAKS = "What breaks if it is removed?"
STANDING = {"invariant": INVARIANT, "breaks": BREAKS}
UNSURE = "What about it are you not sure of? (may stay empty)"
