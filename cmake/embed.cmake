# pages.c: the pages of docs/errors/ inside the program, for `pluto explain`. Declared in cli/pages.h.
#
# Included by CMakeLists.txt it defines the rule; run as a script (cmake -P) it is the rule:
#   cmake -DOUT=pages.c -DFOLDER=docs/errors -P cmake/embed.cmake
function(pluto_embed out)
    file(GLOB pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/errors/P*.md")
    if(NOT EXISTS "${CMAKE_SOURCE_DIR}/cli/pages.h")
        set(${out} "" PARENT_SCOPE)
        return()
    endif()
    set(made "${CMAKE_BINARY_DIR}/pages.c")
    add_custom_command(
        OUTPUT "${made}"
        COMMAND "${CMAKE_COMMAND}" "-DOUT=${made}" "-DFOLDER=${CMAKE_SOURCE_DIR}/docs/errors"
                -P "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
        DEPENDS ${pages} "${CMAKE_SOURCE_DIR}/cmake/embed.cmake"
                "${CMAKE_SOURCE_DIR}/cmake/literal.cmake"
        COMMENT "Embedding docs/errors" VERBATIM)
    # A page is longer than the 4095 bytes that C11 promises for one literal; the compilers take it.
    set_source_files_properties("${made}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    set(${out} "${made}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
    include("${CMAKE_CURRENT_LIST_DIR}/literal.cmake")
    file(GLOB pages "${FOLDER}/P*.md")
    list(SORT pages)
    set(rows "")
    foreach(page IN LISTS pages)
        cmake_path(GET page STEM name)
        c_literal(text "${page}")
        string(APPEND rows "    {\"${name}\",\n     ${text}},\n")
    endforeach()
    list(LENGTH pages count)
    if(count EQUAL 0)
        set(rows "    {0, 0},\n")
    endif()
    file(WRITE "${OUT}" "// Made by cmake/embed.cmake from docs/errors.\n#include \"cli/pages.h\"\n\n"
        "const Page error_pages[] = {\n${rows}};\nconst unsigned error_page_count = ${count};\n")
endif()
