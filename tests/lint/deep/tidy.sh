#!/bin/sh
# clang-tidy 14 over every C file of ours, two at a time. Needs build/dev (its compile_commands.json).
# PLUTO_BUILD names another build, arguments only some files.
#
# The analyzer walks 100,000 states from a function instead of 225,000, which takes half the time. What that
# leaves out is deep in the largest functions; the sanitizers and the fuzzers run there.
. "$(dirname "$0")/../common.inc"
build=${PLUTO_BUILD:-build/dev}
command -v clang-tidy-14 >/dev/null 2>&1 || { echo 'clang-tidy-14 is missing: scripts/setup lint' >&2; exit 1; }
[ -f "$build/compile_commands.json" ] || { echo "$build is missing: make dev" >&2; exit 1; }

files=${*:-$(c_files base arch deducer generator adapters cli runtime | grep '\.c$')}
echo "$files" | tr ' ' '\n' | xargs -P 2 -I{} sh -c '
    out=$(clang-tidy-14 --quiet --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang \
        --extra-arg=max-nodes=100000 -p "$0" "$1" 2>/dev/null | sed "s,$PWD/,,")
    [ -z "$out" ] || { echo "$out"; exit 1; }' "$build" {} || bad=1
n=$(echo "$files" | wc -w)
[ $bad -eq 0 ] && echo "tidy: $n passed, 0 failed"
exit $bad
