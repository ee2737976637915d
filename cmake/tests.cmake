# The tests that ctest runs: unit tests, fuzz targets replaying their corpus, and the lint scripts.
# Golden programs and judges have runners of their own (tests/run.sh runs everything).
set(pluto_libraries cli deducer generator adapters template pack aws run_pure bootstrap_parts arch base)
set(san_env "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1" "ASAN_OPTIONS=abort_on_error=1")

function(pluto_test name label)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300 ENVIRONMENT "${san_env}")
endfunction()

file(GLOB units CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/test_*.c")
list(SORT units)
if(units)
    pluto_debian_library(cmocka cmocka.h cmocka)
endif()
foreach(source ${units})
    cmake_path(GET source STEM name)
    add_executable(${name} "${source}")
    target_link_libraries(${name} PRIVATE ${pluto_libraries} cmocka)
    pluto_test(${name} unit ${name})
endforeach()

file(GLOB targets CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c")
list(SORT targets)
foreach(source ${targets})
    cmake_path(GET source STEM name)
    string(REPLACE "fuzz_" "" corpus ${name})
    add_executable(${name} "${source}")
    target_link_libraries(${name} PRIVATE ${pluto_libraries})
    if(PLUTO_FUZZ)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        pluto_test(${name} fuzz ${name} -runs=0 "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${corpus}")
    else()
        target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/standalone.c")
        pluto_test(${name} fuzz ${name} "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${corpus}")
    endif()
endforeach()

# A check that finds its tool missing says so with 77.
file(GLOB checks CONFIGURE_DEPENDS
    "${CMAKE_SOURCE_DIR}/tests/lint/*.sh" "${CMAKE_SOURCE_DIR}/tests/lint/*.mjs")
list(SORT checks)
foreach(script ${checks})
    cmake_path(GET script STEM name)
    cmake_path(GET script EXTENSION extension)
    if(extension STREQUAL ".sh")
        pluto_test(lint_${name} lint sh "${script}")
    else()
        pluto_test(lint_${name} lint node "${script}")
    endif()
    set_tests_properties(lint_${name} PROPERTIES SKIP_RETURN_CODE 77
        ENVIRONMENT "PLUTO_BUILD=${CMAKE_BINARY_DIR}")
endforeach()

# `cmake --build --preset coverage --target coverage` after the tests: lines covered, file by file.
if(PLUTO_COVERAGE)
    add_custom_target(coverage
        COMMAND gcovr --root "${CMAKE_SOURCE_DIR}" --object-directory "${CMAKE_BINARY_DIR}"
                --exclude tests/ --exclude node_modules/ --sort-percentage
        VERBATIM)
endif()
