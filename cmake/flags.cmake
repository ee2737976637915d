# pluto_flags: what every file of ours is compiled and linked with. Third-party code never sees it.
add_library(pluto_flags INTERFACE)
target_include_directories(pluto_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(pluto_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(pluto_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
    -Wvla -Wformat=2 -Wswitch-enum -Wundef
    $<$<BOOL:${PLUTO_WERROR}>:-Werror>)

# The released program reads what strangers wrote: harden it where that costs nothing.
set(release "$<CONFIG:Release>")
target_compile_definitions(pluto_flags INTERFACE $<${release}:_FORTIFY_SOURCE=2>)
target_compile_options(pluto_flags INTERFACE $<${release}:-fstack-protector-strong>)
target_link_options(pluto_flags INTERFACE
    $<${release}:-Wl,-z,relro,-z,now> $<${release}:-Wl,--as-needed> $<${release}:-Wl,--gc-sections>)

if(PLUTO_SANITIZE)
    # A BUG aborts here, so that it is reported like any other finding.
    target_compile_definitions(pluto_flags INTERFACE PLUTO_ABORT_ON_BUG)
    target_compile_options(pluto_flags INTERFACE
        -fsanitize=${PLUTO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(pluto_flags INTERFACE -fsanitize=${PLUTO_SANITIZE})
endif()
if(PLUTO_FUZZ)
    target_compile_definitions(pluto_flags INTERFACE PLUTO_FUZZ)
    target_compile_options(pluto_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PLUTO_COVERAGE)
    target_compile_options(pluto_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(pluto_flags INTERFACE --coverage)
endif()
