"""What attest keeps in the git directory: answers, commits found good."""
