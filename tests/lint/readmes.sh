#!/bin/sh
# Every folder at the top says what it holds.
. "$(dirname "$0")/common.inc"

for folder in $(git ls-files | sed -n 's,^\([^./][^/]*\)/.*,\1,p' | sort -u); do
    [ "$folder" = docs ] || [ -s "$folder/README.md" ] || complain "$folder/README.md is missing"
done
exit $bad
