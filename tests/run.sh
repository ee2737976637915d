#!/bin/sh
# Runs the test suites, sums their counts, and prints the sum as the last line: `N passed, N failed`.
#
#   tests/run.sh            ctest, then each tests/<suite>/run.mjs but bench
#   tests/run.sh SUITE…     only these; `lint` is the lint part of ctest and the slow checks
#
# Environment: PRESET (dev) is the build that ctest runs in, PLUTO (build/pluto) the program under test,
# JOBS (2) how many suites run at a time: they wait more than they compute.
# A suite that ends badly without saying how many failed counts as one failure.
set -u
cd "$(dirname "$0")/.."
export PRESET="${PRESET:-dev}" PLUTO="${PLUTO:-build/pluto}"
JOBS=${JOBS:-2}
# Lambda's version of Node.js, not the machine's: what is tested runs there.
for bin in "$PWD"/node_modules/node-linux-*/bin; do PATH=$bin:$PATH; done
export PATH

# ctest closes with a percentage; this closes with the counts.
run_ctest() {
    ctest --preset "$PRESET" --progress "$@" >build/ctest.all.log 2>&1
    status=$?
    [ $status -eq 0 ] || cat build/ctest.all.log
    sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' build/ctest.all.log |
        while read -r bad all; do echo "$((all - bad)) passed, $bad failed"; done
    return $status
}

suite() {
    case $1 in
    ctest) run_ctest ;;
    lint) run_ctest -L lint ;;
    deep-*) sh "tests/lint/deep/${1#deep-}.sh" ;;
    *) node "tests/$1/run.mjs" --pluto "$PLUTO" ;;
    esac
}

# One suite: its output in build/NAME.log, shown in one piece, and `STATUS SECONDS` in build/NAME.end.
if [ "${1:-}" = --one ]; then
    started=$(date +%s)
    suite "$2" >"build/$2.log" 2>&1
    echo "$? $(($(date +%s) - started))" >"build/$2.end"
    flock build/run.lock sh -c 'echo "== $1"; cat "build/$1.log"' - "$2"
    exit 0
fi

# The longest first, so that none of them is what the others have ended long before.
all='browser deploy ctest run runtime'
for runner in tests/*/run.mjs; do
    name=$(basename "$(dirname "$runner")")
    case " bench $all " in *" $name "*) ;; *) all="$all $name" ;; esac
done
names=
for name in ${*:-$all}; do
    names="$names $name"
    [ "$name" != lint ] || for check in tests/lint/deep/*.sh; do names="$names deep-$(basename "$check" .sh)"; done
done

for name in $names; do rm -f "build/$name.end"; done
printf '%s\n' $names | xargs -P "$JOBS" -I{} sh tests/run.sh --one {}

# The last "N passed, N failed" of each.
passed=0
failed=0
echo "== sum"
for name in $names; do
    line=$(grep -E '(^|: )[0-9]+ passed, [0-9]+ failed' "build/$name.log" | tail -n 1 | sed 's/^.*: //')
    p=$(echo "$line" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
    f=$(echo "$line" | sed -n 's/^.* \([0-9]*\) failed.*/\1/p')
    read -r status seconds <"build/$name.end" || { status=1 seconds=0; }
    p=${p:-0} f=${f:-0}
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p)) failed=$((failed + f))
    printf '%-14s %5d passed, %d failed, %4d s\n' "$name" "$p" "$f" "$seconds"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
