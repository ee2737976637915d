# templates.c: the projects of `pluto new`, from templates/, with the types of @plutolang/pluto. Declared
# in cli/start/builtin.h.
#
# Included by CMakeLists.txt it defines the rule; run as a script (cmake -P) it is the rule:
#   cmake -DOUT=templates.c -DROOT=. -P cmake/templates.cmake
function(pluto_templates out)
    set(root "${CMAKE_SOURCE_DIR}")
    set(made "${CMAKE_BINARY_DIR}/templates.c")
    set(script "${root}/cmake/templates.cmake")
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${root}/templates/*" "${root}/examples/*/src/*")
    add_custom_command(
        OUTPUT "${made}"
        COMMAND "${CMAKE_COMMAND}" "-DOUT=${made}" "-DROOT=${root}" -P "${script}"
        DEPENDS ${files} "${root}/runtime/client/index.d.ts" "${script}" "${root}/cmake/literal.cmake"
        COMMENT "Embedding templates" VERBATIM)
    # A file is longer than the 4095 bytes that C11 promises for one literal; the compilers take it.
    set_source_files_properties("${made}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    set(${out} "${made}" PARENT_SCOPE)
endfunction()

# Rows of the files of `folder`, each `path` as the project has it, added to the variable `out`.
function(template_rows out folder prefix)
    file(GLOB_RECURSE files RELATIVE "${folder}" "${folder}/*")
    list(SORT files)
    set(rows "${${out}}")
    foreach(file IN LISTS files)
        c_literal(text "${folder}/${file}")
        string(REGEX REPLACE "^gitignore$" ".gitignore" path "${file}")
        string(APPEND rows "    {\"${prefix}${path}\",\n     ${text}},\n")
    endforeach()
    set(${out} "${rows}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
    include("${CMAKE_CURRENT_LIST_DIR}/literal.cmake")
    file(READ "${ROOT}/templates/index.json" index)
    string(JSON count LENGTH "${index}" templates)
    math(EXPR last "${count} - 1")
    set(tables "")
    set(templates "")
    foreach(i RANGE ${last})
        string(JSON name GET "${index}" templates ${i} name)
        string(JSON doc GET "${index}" templates ${i} doc)
        string(JSON sources ERROR_VARIABLE none GET "${index}" templates ${i} sources)
        set(rows "")
        template_rows(rows "${ROOT}/templates/${name}" "")
        if(NOT none)
            template_rows(rows "${ROOT}/${sources}/src" "src/")
        endif()
        string(APPEND tables "static const BuiltinFile files_${i}[] = {\n${rows}};\n\n")
        string(APPEND templates "    {\"${name}\", \"${doc}\", files_${i},\n"
            "     sizeof files_${i} / sizeof *files_${i}},\n")
    endforeach()
    set(common "")
    template_rows(common "${ROOT}/templates/common" "")
    c_literal(types "${ROOT}/runtime/client/index.d.ts")
    file(WRITE "${OUT}" "// Made by cmake/templates.cmake from templates/.\n"
        "#include \"cli/start/builtin.h\"\n\n${tables}"
        "const BuiltinTemplate builtin_templates[] = {\n${templates}};\n"
        "const unsigned builtin_template_count = ${count};\n\n"
        "const BuiltinFile builtin_common[] = {\n${common}};\n"
        "const unsigned builtin_common_count = sizeof builtin_common / sizeof *builtin_common;\n\n"
        "const char *const builtin_types =\n     ${types};\n")
endif()
