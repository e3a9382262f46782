# Completion for `attest` in fish: that of `git-attest`.
complete -c attest -w git-attest
