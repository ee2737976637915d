#!/bin/sh
# C as clang-format 14 writes it; text without stray blanks. Exit code 77: the tool is not there.
. "$(dirname "$0")/common.inc"

complain "$(git ls-files -co --exclude-standard -- '*.md' '*.c' '*.h' '*.cmake' '*.sh' '*.mjs' '*.def' Makefile |
    grep -v '^tests/golden/.*/' | xargs -r grep -nE '([ 	]+|'"$(printf '\r')"')$' /dev/null 2>/dev/null |
    sed 's/$/    <- blank at the end/')"
# Lock files name packages and hashes; where to fetch them from is the machine's affair.
complain "$(git ls-files '*package-lock.json' | xargs -r grep -nE '"resolved": "[a-z+]+:' /dev/null | head -n 3)"
[ $bad -eq 0 ] || exit 1

command -v clang-format-14 >/dev/null 2>&1 || exit 77
complain "$(clang-format-14 --dry-run $(c_files base arch deducer generator adapters cli runtime tests) 2>&1 |
    sed -n 's/ warning: code should be clang-formatted.*/ not as clang-format writes it/p' |
    sort -t: -k1,1 -u)"
[ $bad -eq 0 ] || echo "to repair: clang-format-14 -i FILE"
exit $bad
