#!/bin/sh
# No file over 800 lines, no function over 80 (tables in tests may be longer). Relies on the formatting
# that format.sh checks: outside of a function, a line ending in `) {` opens one, and a `}` in the first
# column closes it.
. "$(dirname "$0")/common.inc"

files=$(c_files base arch deducer generator adapters cli runtime tests
    find tests scripts cmake generator adapters runtime -name node_modules -prune -o \( -name '*.mjs' -o -name '*.js' \
        -o -name '*.css' -o -name '*.ts' -o -name '*.py' -o -name '*.sh' -o -name '*.cmake' \) -print)
complain "$(wc -l $files | awk '$1 > 800 && $2 != "total" { print $2 ": " $1 " lines; 800 is the limit" }')"

complain "$(awk '
    FNR == 1 { inside = 0 }
    !inside && /\) \{$/ { inside = FNR; head = $0 }
    inside && /^}/ {
        if (FNR - inside + 1 > 80) {
            print FILENAME ":" inside ": " FNR - inside + 1 " lines; 80 is the limit: " head
        }
        inside = 0
    }' $(c_files base arch deducer generator adapters cli runtime))"
exit $bad
