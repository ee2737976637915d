#!/bin/sh
# Calls that are not made: unsafe ones, those that make output depend on time, place or locale, and, in
# the compiler proper, allocation and input or output that goes past arena and host.
. "$(dirname "$0")/common.inc"

# ban NAMES WHY FOLDER…: no call of these functions there.
ban() {
    names=$1
    why=$2
    shift 2
    complain "$(code $(c_files "$@") | grep -E "(^|[^A-Za-z0-9_.>])($names)\(" | sed "s/\$/    <- $why/")"
}
everywhere='base arch deducer generator adapters cli runtime'
ban 'gets|strcpy|strcat|sprintf|vsprintf|strtok|strncpy|strncat|alloca|setjmp|longjmp|tmpnam|mktemp' \
    'unsafe' $everywhere
ban 'atoi|atol|atoll|atof|scanf|sscanf|fscanf' 'says nothing about bad input' $everywhere
ban 'system|popen' 'goes through a shell' $everywhere
ban 'rand|srand|random|setlocale|localtime|gmtime|ctime|asctime|time|strcoll|strerror_l' \
    'not the same everywhere' arch deducer generator
ban 'malloc|calloc|realloc|free|strdup|strndup' 'use the arena' arch deducer generator
ban 'getenv|fopen|printf|fprintf|puts|fputs|exit|abort' 'use the host' arch deducer generator
complain "$(grep -nE '^#include <(fcntl|dirent|sys/stat)\.h>' $(c_files arch deducer generator))"
complain "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $(c_files $everywhere tests/unit tests/fuzz))"
exit $bad
