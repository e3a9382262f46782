"""attest: whoever submits a change answers for it, in a signed commit trailer."""

__version__ = "0.1.0"
