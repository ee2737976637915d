#!/bin/sh
# No two libraries of ours have the same exported name: tests link all of them, and would call the wrong one.
. "$(dirname "$0")/common.inc"
build=${PLUTO_BUILD:-build/dev}

# The bootstrap's own parts once more, with sanitizers: they are never linked together.
excepted='bootstrap_checked'

found=$(for library in "$build"/lib*.a; do
    echo "$library" | grep -qE "$excepted" && continue
    nm -g --defined-only "$library" 2>/dev/null | awk -v library="$(basename "$library")" '
        NF == 3 && $3 !~ /^__/ { print $3, library }'
done | LC_ALL=C sort -u | awk '
    $1 == name { print name " is in " library " and in " $2 }
    { name = $1; library = $2 }')
complain "$found"
exit $bad
