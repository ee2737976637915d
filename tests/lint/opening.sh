#!/bin/sh
# Every C file opens with a comment that says what it does; headers say `#pragma once` before it.
. "$(dirname "$0")/common.inc"

for file in $(c_files base arch deducer generator adapters cli runtime tests/unit tests/fuzz); do
    complain "$(awk -v f="$file" '
        /^#(pragma once|ifndef|define|endif)/ || /^$/ { next }
        { if ($0 !~ /^(\/\/|\/\*)/) print f ": opens without a comment"; exit }' "$file")"
    case $file in *.h) grep -q '^#pragma once$' "$file" || complain "$file: lacks #pragma once" ;; esac
done
exit $bad
