# lib/pluto/runtime/bootstrap-x86_64 and bootstrap-arm64: the static program that each package carries, for
# both of Lambda's architectures, whatever this build is otherwise. The machine's own architecture is
# compiled with musl, the other one with Debian's cross compiler and glibc.
#
# bootstrap_parts is what of it needs no system: unit tests and fuzz targets link it. bootstrap_checked is
# the whole program as this build's compiler and sanitizers see it; tests/runtime runs it too.
set(folder "${CMAKE_SOURCE_DIR}/runtime/bootstrap")
file(GLOB bootstrap_sources CONFIGURE_DEPENDS "${folder}/*.c")
file(GLOB bootstrap_headers CONFIGURE_DEPENDS "${folder}/*.h")
list(SORT bootstrap_sources)

set(bootstrap_pure "${folder}/bytes.c" "${folder}/frames.c" "${folder}/note.c" "${folder}/reply.c" "${folder}/report.c")
pluto_library(bootstrap_parts SOURCES ${bootstrap_pure})
add_executable(bootstrap_checked ${bootstrap_sources})
target_compile_definitions(bootstrap_checked PRIVATE PLUTO_VERSION="${PROJECT_VERSION}")
target_link_libraries(bootstrap_checked PRIVATE pluto_flags Threads::Threads)

set(bootstrap_flags -std=c11 -Os -DNDEBUG -D_POSIX_C_SOURCE=200809L -D_FORTIFY_SOURCE=2
    "-DPLUTO_VERSION=\"${PROJECT_VERSION}\"" "-I${CMAKE_SOURCE_DIR}" -Wall -Wextra -Wconversion
    $<$<BOOL:${PLUTO_WERROR}>:-Werror> -fPIE -fstack-protector-strong -fno-asynchronous-unwind-tables
    -ffunction-sections -fdata-sections -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack -s)

# pluto_bootstrap(architecture compiler flag…)
function(pluto_bootstrap architecture compiler)
    find_program(bootstrap_${architecture}_CC "${compiler}")
    pluto_need("${compiler} (of a Debian package)" "${bootstrap_${architecture}_CC}")
    set(made "${CMAKE_BINARY_DIR}/lib/pluto/runtime/bootstrap-${architecture}")
    add_custom_command(
        OUTPUT "${made}"
        COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/lib/pluto/runtime"
        COMMAND "${bootstrap_${architecture}_CC}" ${bootstrap_flags} ${ARGN} -o "${made}"
        DEPENDS ${bootstrap_sources} ${bootstrap_headers}
        COMMENT "Building bootstrap for ${architecture}" COMMAND_EXPAND_LISTS VERBATIM)
    set(bootstrap_made ${bootstrap_made} "${made}" PARENT_SCOPE)
endfunction()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(own arm64 aarch64)
    set(other x86_64 x86_64-linux-gnu-gcc)
else()
    set(own x86_64 x86_64)
    set(other arm64 aarch64-linux-gnu-gcc)
endif()
list(GET own 0 own_name)
list(GET own 1 own_machine)
# musl-gcc knows no static programs that are loaded anywhere in memory: it is told what to link.
set(musl "/usr/lib/${own_machine}-linux-musl")
pluto_bootstrap(${own_name} musl-gcc -static -nostartfiles "${musl}/rcrt1.o" "${musl}/crti.o"
    ${bootstrap_sources} -Wl,-pie,--no-dynamic-linker,-z,text "${musl}/crtn.o")
list(GET other 0 other_name)
list(GET other 1 other_compiler)
pluto_bootstrap(${other_name} ${other_compiler} -static-pie ${bootstrap_sources})
add_custom_target(bootstraps ALL DEPENDS ${bootstrap_made})
