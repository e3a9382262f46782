"""The messages that forges write when they squash, by hand from their documentation."""

from __future__ import annotations

CO_AUTHOR = "Co-authored-by: Ada Lovelace <ada@example.org>"


def bullets(commits: list[str]) -> str:
    """The branch's messages, oldest first, each below a bullet with its subject."""
    parts = [message.partition("\n") for message in commits]
    return "\n\n".join(f"* {subject}\n{body}".strip("\n") for subject, _, body in parts)


def crlf(message: str) -> str:
    return message.replace("\n", "\r\n")


def github_title(commits: list[str], description: str) -> str:
    return "Read both (#12)\n"


def github_description(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{crlf(description)}"


def github_details(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{bullets(commits)}\n\n---------\n\n{CO_AUTHOR}\n"


def gitlab_default(commits: list[str], description: str) -> str:
    return "Read both\n"


def gitlab_all_commits(commits: list[str], description: str) -> str:
    return f"Read both\n\n{bullets(commits)}\n\nSee merge request group/project!12\n"


def gitlab_description(commits: list[str], description: str) -> str:
    return f"Read both\n\n{description}\n\n{CO_AUTHOR}\n"


def forgejo_default(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{description}\n\nReviewed-on: https://forgejo.example/pulls/12\n"


def forgejo_details(commits: list[str], description: str) -> str:
    words = f"Co-authored-by: A U Thor <author@example.com>\n{CO_AUTHOR}"
    return f"Read both (#12)\n\n{bullets(commits)}\n\n{words}\n"


ROWS = {
    "GitHub, title": (github_title, False, False),
    "GitHub, title and description": (github_description, False, True),
    "GitHub, title and commit details": (github_details, True, False),
    "GitLab, default template": (gitlab_default, False, False),
    "GitLab, `%{all_commits}`": (gitlab_all_commits, True, False),
    "GitLab, `%{description}`": (gitlab_description, False, True),
    "Forgejo, default": (forgejo_default, False, True),
    "Forgejo, with commit messages": (forgejo_details, True, False),
}
"""The message, and whether it keeps a block in a commit, or one in the description."""
