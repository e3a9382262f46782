"""`attest uninstall`."""

from __future__ import annotations


def uninstall() -> int:
    """Remove attest's hooks and settings from this clone.

    Restores the hooks that were there before. Your answers stay in the git directory;
    attest prints the folder.

    \b
    Examples:
      attest uninstall
    """
    from attest.git.repository import Repository
    from attest.setup import hooks, signing_program
    from attest.signatures import signing_key

    repository = Repository.find()
    names = hooks.uninstall(repository)
    if repository.config.get(signing_key.SETTING) is not None:
        repository.config.set(signing_key.SETTING, None)
    signing_program.forget(repository)
    print(f"Removed hooks: {', '.join(names)}" if names else "No hooks were installed.")
    store_folder = repository.common_dir / "attest"
    if store_folder.is_dir():
        print(
            f"Your answers are still in {store_folder}. Delete that folder if you do not need them."
        )
    if repository.refs("--count=1", "refs/attest/"):
        print("The old tips of rewritten branches are still under refs/attest/. To delete them:")
        print(
            "  git for-each-ref --format='delete %(refname)' refs/attest | git update-ref --stdin"
        )
    return 0
