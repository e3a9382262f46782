"""The time that an attestation claims."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from attest.errors import UsageError


def now() -> datetime:
    """The present in UTC, or `ATTEST_DATE` where it is set. Only for the claim that a signer
    makes; a check never uses it.

    Not `SOURCE_DATE_EPOCH` (reproducible-builds.org): development shells set it for what they
    build, and a person's signature is not part of that.

    Raises:
        UsageError: `ATTEST_DATE` is not a number of seconds.
    """
    epoch = os.environ.get("ATTEST_DATE")
    if epoch is None:
        return datetime.now(UTC)
    try:
        # int() alone accepts blanks, underscores and the digits of every script, too.
        if not (epoch.isascii() and epoch.isdigit() and len(epoch) < 13):
            raise ValueError(epoch)
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"ATTEST_DATE={epoch!r} is not a number of seconds",
            "Unset it, or set it to seconds since 1970-01-01 UTC, such as 1700000000.",
        ) from None
