#!/bin/sh
# No mutable globals: in the built objects, nothing of ours stands in .data or .bss. What is excepted is
# named here with the reason.
. "$(dirname "$0")/common.inc"
build=${PLUTO_BUILD:-build/dev}

# One per process by nature.
excepted='^(base/host_posix\.c|cli/main\.c)'

for folder in base arch deducer generator adapters template eventstream aws pluto-aws bootstrap_parts bootstrap_checked pluto-git pluto-live cli; do
    objects=$(find "$build/CMakeFiles/$folder.dir" -name '*.o' 2>/dev/null | LC_ALL=C sort)
    [ -n "$objects" ] || continue
    complain "$(objdump -t $objects | awk -v cut="$build/CMakeFiles/$folder.dir/" '
        / file format / { file = $1; sub(cut, "", file); sub(/\.o:$/, "", file) }
        $0 ~ / O \.(data|bss|tbss|tdata)(\.[^r][^ \t]*)?[ \t]/ { print file ": " $NF " can be written to" }' |
        grep -vE "$excepted")"
done
exit $bad
