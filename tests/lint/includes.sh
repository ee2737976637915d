#!/bin/sh
# Who may include what: base ← arch ← deducer | generator ← cli, and base ← adapters ← cli. From outside, a folder above arch is
# seen only through the header of its name. Third-party headers have one home each.
. "$(dirname "$0")/common.inc"

# rule FOLDER ALLOWED: ALLOWED is a regular expression of include paths, besides the folder's own.
rule() {
    for file in $(c_files "$1"); do
        found=$(grep -nE '^ *# *include "' "$file" | grep -vE "include \"($1/|$2)" | sed "s,^,$file:,")
        complain "$found"
    done
}
arch='arch/'
rule base 'nothing'
rule arch 'base/'
rule deducer "base/|$arch|tree_sitter/"
rule generator "base/|$arch"
rule cli "base/|$arch|deducer/deducer\\.h|generator/(generator|views|trace|diff|plan)\\.h|adapters/adapters\\.h"
rule adapters 'base/'
rule runtime 'nothing'

# home HEADER FILES: only files that match FILES include HEADER.
home() {
    found=$(grep -nE "^ *# *include [<\"]$1" $(c_files base arch deducer generator adapters cli) | grep -vE "^($2)")
    complain "$found"
}
home 'tree_sitter/' 'deducer/load/'
home 'yaml\.h' 'cli/|deducer/load/'
home 'cjson/' 'arch/|generator/|deducer/|cli/|base/|adapters/aws/|adapters/live/|adapters/pack/|adapters/run/'
home 'zip\.h' 'adapters/pack/'
home 'openssl/' 'adapters/aws/|adapters/pack/'
home 'curl/' 'adapters/aws/|adapters/run/'
home 'git2' 'adapters/git/'
home 'microhttpd' 'adapters/live/|adapters/run/'
[ "$(grep -lE 'include [<"]tree_sitter/' $(c_files deducer) | wc -l)" -le 1 ] ||
    complain "more than one file includes tree_sitter: $(grep -lE 'include [<"]tree_sitter/' $(c_files deducer) | tr '\n' ' ')"
exit $bad
