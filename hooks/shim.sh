#!/bin/sh
# attest-shim 3: put here by `attest init`; `attest uninstall` removes it and
# restores the hook that was here before, which runs first.
#
# attest's part runs with the `git-attest` on PATH, or with the launcher or the Python
# below. Where none of them runs, this hook says so and lets git go on. A program ran
# if it wrote $attest_word to standard output; only then does its exit code count
# (docs/adr/0012-which-attest-a-hook-runs.md).
set +eu # a shell may begin with what the person exported as SHELLOPTS
attest_hook=@HOOK@
attest_python=@PYTHON@
attest_launcher=@LAUNCHER@
# `-c` starts in half the time of `-m`, which looks for the module first.
attest_start='import sys; from attest.__main__ import main; sys.exit(main())'
attest_word='attest-hook 1'
attest_newline='
'
# Where this hook and the one before it lie. The whole path takes a process.
case $0 in */*) attest_folder=${0%/*} ;; *) attest_folder=. ;; esac
attest_locate() {
    attest_folder=$(CDPATH='' cd -- "$attest_folder" >/dev/null && pwd)
    attest_before=$attest_folder/$attest_hook.before-attest
}
attest_before=$attest_folder/$attest_hook.before-attest
if [ -n "$ATTEST_RUNNING" ] || [ -x "$attest_before" ]; then
    attest_locate
fi
# A hook that runs the one it found here (the pre-commit framework does) may have
# been set aside in turn: then the outer call of this file does the work.
if [ "$ATTEST_RUNNING" = "$attest_before" ]; then
    exit 0
fi

# The absolute folders of a list like PATH, and the first git-attest in them. git starts
# a hook at the top of the work tree: a relative folder, or an empty name, would lead
# into what is checked out.
attest_absolute() {
    attest_list=
    attest_first=
    set -f
    IFS=:
    for attest_entry in $1; do
        case $attest_entry in
        /*)
            attest_list=${attest_list:+$attest_list:}$attest_entry
            attest_entry=$attest_entry/git-attest
            if [ -z "$attest_first" ] && [ -f "$attest_entry" ] && [ -x "$attest_entry" ]; then
                attest_first=$attest_entry
            fi
            ;;
        esac
    done
    unset IFS
    set +f
}
# Not even `cat` is to come from the checkout. The hook before this one gets PATH as it was.
attest_path=$PATH
attest_found=
case $WINDIR$SYSTEMROOT:$PATH in
?*:*\;*) ;; # of a shell for Windows that has no list of POSIX paths
*)
    attest_absolute "$PATH"
    attest_found=$attest_first
    PATH=${attest_list:-/usr/bin:/bin}
    ;;
esac

# What git pushes stands on standard input, and each program must read it all. The dot
# keeps the line breaks at its end.
attest_input=
if [ "$attest_hook" = pre-push ] && [ -z "$ATTEST_PROBE" ]; then
    attest_input=$(cat && echo .)
    if [ -z "$attest_input" ]; then
        echo 'attest: attest did not check this push: cat is not on PATH' >&2
        exit 0
    fi
fi
attest_feed() {
    if [ "$attest_hook" = pre-push ]; then
        printf %s "${attest_input%.}" | "$@"
    else
        "$@"
    fi
}

# Run attest by a command. What the command writes before attest has taken over is
# caught: a Python without attest writes a traceback at every commit. Windows hands a
# program no descriptors but the first three, so standard error stays as it is there.
attest_try() {
    attest_said=$(
        trap : INT
        if [ -n "$WINDIR$SYSTEMROOT" ]; then
            ATTEST_HANDSHAKE=2
        else
            ATTEST_HANDSHAKE=3
            exec 3>&2 2>&1
        fi
        export ATTEST_HANDSHAKE
        attest_feed "$@"
    )
    attest_code=$?
    attest_all=$attest_newline$attest_said$attest_newline
    attest_mark=$attest_newline$attest_word$attest_newline
    case $attest_all in
    *"$attest_mark"*)
        # Warnings from before; behind the word, the shell's own of a killed program.
        attest_said=${attest_all%%"$attest_mark"*}
        attest_said=${attest_said#"$attest_newline"}
        [ -z "$attest_said" ] || printf '%s\n' "$attest_said" >&2
        attest_said=${attest_all#*"$attest_mark"}
        attest_said=${attest_said%"$attest_newline"}
        [ -z "$attest_said" ] || printf '%s\n' "$attest_said" >&2
        [ -z "$ATTEST_PROBE" ] || printf '%s\n' "$1"
        exit "$attest_code"
        ;;
    *Traceback*) attest_said=${attest_said##*"$attest_newline"} ;;
    *) attest_said=${attest_said%%"$attest_newline"*} ;;
    esac
    # Ctrl-C stops the push also where it met a program that had just started.
    [ -z "$attest_stopped" ] || exit 130
    attest_note "$1: ${attest_said:-it ended with exit code $attest_code}"
}
attest_note() {
    attest_notes=$attest_notes${attest_notes:+$attest_newline}$1
}
attest_say() {
    printf '%s\n' "$1" | sed 's/^/attest: /' >&2
}
attest_quoted() {
    printf %s "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"
}

if [ -n "$ATTEST_PROBE" ]; then
    : # `attest doctor` asks which program would run
elif [ -n "$PRE_COMMIT_RUNNING_LEGACY" ] && grep -q pre-commit.com "$attest_before" 2>/dev/null; then
    : # it is what runs us, and was written again since
elif [ -x "$attest_before" ]; then
    (
        ATTEST_RUNNING=$attest_before
        PATH=$attest_path
        export ATTEST_RUNNING PATH
        attest_feed "$attest_before" "$@"
    ) || exit $?
fi

attest_notes=
attest_stopped=
trap 'attest_stopped=yes' INT # Ctrl-C reaches attest too, which ends first
if [ -n "$PYTHONPATH" ]; then
    attest_absolute "$PYTHONPATH"
    PYTHONPATH=$attest_list
fi
attest_on_path() {
    [ -z "$attest_found" ] || attest_try "$attest_found" hook "$attest_hook" "$@"
}
attest_recorded() {
    if [ -n "$attest_launcher" ]; then
        attest_try "$attest_launcher" hook "$attest_hook" "$@"
    elif [ -x "$attest_python" ]; then
        attest_try "$attest_python" -E -P -c "$attest_start" hook "$attest_hook" "$@"
    else
        attest_note "$attest_python: it does not exist"
    fi
}
# The script of that very Python is the same attest. pip's scripts start slower than
# Python itself (many import `re` first), so that it is only a second try.
# shellcheck disable=SC3013  # every shell in use has `-ef`, and POSIX since 2024
if [ -z "$attest_launcher" ] && [ "$attest_found" -ef "${attest_python%/*}/git-attest" ]; then
    attest_recorded "$@"
    attest_on_path "$@"
else
    attest_on_path "$@"
    attest_recorded "$@"
fi

if [ -n "$ATTEST_PROBE" ]; then
    printf '%s\n' "$attest_notes" >&2
    exit 1
fi
if [ "$attest_hook" = post-commit ]; then
    exit 0 # the hooks before it have said so
fi
attest_notes=$(printf %s "$attest_notes" | sed 's/^/  /')
if [ "$ATTEST_ASK" = commit ]; then # `attest commit`, and no other
    attest_say "attest does not run here, so nothing is committed:"
    attest_say "$attest_notes"
    exit 1
fi
attest_say "attest does not run here, so git goes on without it:"
attest_say "$attest_notes"
if [ "$attest_hook" = commit-msg ]; then
    exit 0 # pre-commit has said the rest
fi
attest_locate
attest_say "Install git-attest again and run 'attest init', or remove its hooks:"
for attest_file in "$attest_folder"/*; do
    case $attest_file in *.before-attest*) continue ;; esac
    grep -q '^# attest-shim ' "$attest_file" 2>/dev/null || continue
    if [ -e "${attest_file%.legacy}.before-attest" ]; then
        attest_before=$(attest_quoted "${attest_file%.legacy}.before-attest")
        attest_say "  mv -f $attest_before $(attest_quoted "$attest_file")"
    else
        attest_say "  rm $(attest_quoted "$attest_file")"
    fi
done
exit 0
