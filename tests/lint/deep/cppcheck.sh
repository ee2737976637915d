#!/bin/sh
# cppcheck over the sources; what it cannot know is suppressed by name, with the reason.
. "$(dirname "$0")/../common.inc"
command -v cppcheck >/dev/null 2>&1 || { echo 'cppcheck is missing: scripts/setup lint' >&2; exit 1; }

# missingInclude*        third-party headers are not its business
# autoVariables,
# returnDanglingLifetime call frames are linked on the stack, and unlinked before they go
# It does not believe in _Noreturn, but in exit: so that is what a BUG is here.
cppcheck --quiet --std=c11 --language=c -j 2 -I . --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability \
    --suppress=autoVariables --suppress=returnDanglingLifetime \
    --suppress=missingInclude --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
    -D_POSIX_C_SOURCE=200809L '-Dbug_at(...)=exit(70)' -Dnoreturn= \
    --template='{file}:{line}: {severity}: {message} [{id}]' $(c_files base arch deducer generator adapters cli runtime | grep '\.c$') 2>&1 ||
    bad=1
[ $bad -eq 0 ] && echo 'cppcheck: 1 passed, 0 failed'
exit $bad
