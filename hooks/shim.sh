#!/bin/sh
# attest-shim 2: put here by `attest init`; `attest uninstall` takes it away and
# puts back the hook that was here before, which runs first.
attest_hook=@HOOK@
attest_python=@PYTHON@
attest_before="$(CDPATH= cd -- "$(dirname -- "$0")" >/dev/null && pwd)/$attest_hook.before-attest"
# A hook that runs the one it found here (the pre-commit framework does) may have
# been set aside in turn: then the outer call of this file does the work.
if [ "$ATTEST_RUNNING" = "$attest_before" ]; then
    exit 0
fi
# What git pushes stands on standard input, and each of the two must read it all.
attest_input=
if [ "$attest_hook" = pre-push ]; then
    attest_input=$(cat)
fi
attest_feed() {
    if [ -n "$attest_input" ]; then
        printf '%s\n' "$attest_input"
    fi
}
attest_first() {
    if [ "$attest_hook" = pre-push ]; then
        attest_feed | ATTEST_RUNNING="$attest_before" "$attest_before" "$@"
    else
        ATTEST_RUNNING="$attest_before" "$attest_before" "$@"
    fi
}
if [ -n "$PRE_COMMIT_RUNNING_LEGACY" ] && grep -q pre-commit.com "$attest_before" 2>/dev/null; then
    : # it is what runs us, written anew since
elif [ -x "$attest_before" ]; then
    attest_first "$@" || exit $?
fi
if [ ! -x "$attest_python" ]; then
    echo "attest: the Python it was installed with is gone: $attest_python" >&2
    echo "attest: run 'attest init' again, or take this hook away: $0" >&2
    exit 0
fi
# `-c` starts in half the time of `-m`, which looks for the module first.
attest_start='import sys; from attest.__main__ import main; sys.exit(main())'
if [ "$attest_hook" = pre-push ]; then
    attest_feed | ATTEST_CALLER=$PPID "$attest_python" -E -P -c "$attest_start" hook "$attest_hook" "$@"
else
    exec "$attest_python" -E -P -c "$attest_start" hook "$attest_hook" "$@"
fi
