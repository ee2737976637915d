#!/bin/sh
# Runs the test suites, sums their counts, and prints the sum as the last line: `N passed, N failed`.
#
#   tests/run.sh            ctest, then each tests/<suite>/run.mjs but bench
#   tests/run.sh SUITE…     only these; `lint` is the lint part of ctest and the slow checks
#
# Environment: PRESET (dev) is the build that ctest runs in, PLUTO (build/pluto) the program under test.
# A suite that ends badly without saying how many failed counts as one failure.
set -u
cd "$(dirname "$0")/.."
PRESET=${PRESET:-dev}
PLUTO=${PLUTO:-build/pluto}
# Lambda's version of Node.js, not the machine's: what is tested runs there.
for bin in "$PWD"/node_modules/node-linux-*/bin; do PATH=$bin:$PATH; done
export PATH
passed=0
failed=0
report=

# count NAME STATUS OUTPUT SECONDS: adds the last "N passed, N failed" in the output to the sums.
count() {
    line=$(grep -E '(^|: )[0-9]+ passed, [0-9]+ failed' "$3" | tail -n 1 | sed 's/^.*: //')
    p=$(echo "$line" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
    f=$(echo "$line" | sed -n 's/^.* \([0-9]*\) failed.*/\1/p')
    p=${p:-0}
    f=${f:-0}
    [ "$2" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p))
    failed=$((failed + f))
    report="$report$(printf '%-14s %5d passed, %d failed, %4d s' "$1" "$p" "$f" "$4")
"
}

# suite NAME COMMAND…
suite() {
    name=$1
    shift
    echo "== $name"
    log="build/$name.log"
    started=$(date +%s)
    { "$@"; echo $? >"$log.status"; } 2>&1 | tee "$log"
    count "$name" "$(cat "$log.status")" "$log" $(($(date +%s) - started))
}

# ctest closes with a percentage; this closes with the counts.
run_ctest() {
    ctest --preset "$PRESET" --progress "$@" >build/ctest.all.log 2>&1
    status=$?
    [ $status -eq 0 ] || cat build/ctest.all.log
    sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' build/ctest.all.log |
        while read -r bad all; do echo "$((all - bad)) passed, $bad failed"; done
    return $status
}

all=ctest
for runner in tests/*/run.mjs; do
    name=$(basename "$(dirname "$runner")")
    [ ! -f "$runner" ] || [ "$name" = bench ] || all="$all $name"
done

for name in ${*:-$all}; do
    case $name in
    ctest) suite ctest run_ctest ;;
    lint)
        suite lint run_ctest -L lint
        for check in tests/lint/deep/*.sh; do suite "$(basename "$check" .sh)" sh "$check"; done
        ;;
    *) suite "$name" node "tests/$name/run.mjs" --pluto "$PLUTO" ;;
    esac
done

echo "== sum"
printf '%s' "$report"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
