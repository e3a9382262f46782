"""What attest keeps in the git directory: answers, and which commits were verified."""
