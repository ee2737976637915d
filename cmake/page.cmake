# page.c: the page that `pluto graph --format html` fills in. Declared in generator/views/page/page.h.
#
# The style sheets and the scripts of generator/views/page are joined and put into page.html, with the
# hashes by which the page's security policy knows its script; what is left are the slots `@{name}`
# that a graph fills in. Included by CMakeLists.txt it defines the rule; run as a script it is the rule:
#   cmake -DOUT=page.c -DFOLDER=generator/views/page -P cmake/page.cmake

# In this order: a script uses what those before it have put on `page`.
set(page_scripts base words data view scene refs theme route source excerpt details panel paths
    collapse filter search keyboard list live main)
set(page_styles page panel)

function(pluto_page out)
    set(folder "${CMAKE_SOURCE_DIR}/generator/views/page")
    set(made "${CMAKE_BINARY_DIR}/page.c")
    file(GLOB parts CONFIGURE_DEPENDS "${folder}/*.js" "${folder}/*.css" "${folder}/*.html")
    add_custom_command(
        OUTPUT "${made}"
        COMMAND "${CMAKE_COMMAND}" "-DOUT=${made}" "-DFOLDER=${folder}"
                -P "${CMAKE_SOURCE_DIR}/cmake/page.cmake"
        DEPENDS ${parts} "${CMAKE_SOURCE_DIR}/cmake/page.cmake"
        COMMENT "Embedding generator/views/page" VERBATIM)
    # Longer than the 4095 bytes that C11 promises for one literal; the compilers take it.
    set_source_files_properties("${made}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
    set(${out} "${made}" PARENT_SCOPE)
endfunction()

# The texts of FOLDER/<name>.<extension>, joined.
function(page_join out extension)
    set(joined "")
    foreach(name IN LISTS ARGN)
        file(READ "${FOLDER}/${name}.${extension}" text)
        string(APPEND joined "${text}")
    endforeach()
    # Comments and indentation are for the readers of the files: a fifth of them.
    string(REGEX REPLACE "/\\*[^*]*\\*+([^/*][^*]*\\*+)*/\n" "" no_blocks "${joined}")
    if(extension STREQUAL "css")
        set(joined "${no_blocks}")
    endif()
    string(REGEX REPLACE "\n +" "\n" joined "${joined}")
    string(REGEX REPLACE "(^|\n)//[^\n]*" "\\1" joined "${joined}")
    string(REGEX REPLACE "\n\n+" "\n" joined "${joined}")
    set(${out} "${joined}" PARENT_SCOPE)
endfunction()

# The SHA-256 of a text in base 64, as a policy wants it: three hexadecimal digits are two letters.
function(page_hash out text)
    set(letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    string(SHA256 hex "${text}")
    string(APPEND hex "00") # 64 digits become 66; the last letter is then padding
    set(coded "")
    foreach(at RANGE 0 63 3)
        string(SUBSTRING "${hex}" ${at} 3 three)
        math(EXPR high "0x${three} >> 6")
        math(EXPR low "0x${three} & 63")
        string(SUBSTRING "${letters}" ${high} 1 high)
        string(SUBSTRING "${letters}" ${low} 1 low)
        string(APPEND coded "${high}${low}")
    endforeach()
    string(SUBSTRING "${coded}" 0 43 coded)
    set(${out} "sha256-${coded}=" PARENT_SCOPE)
endfunction()

# Rows {text, slot}: the page cut at its slots. `?` is escaped because of trigraphs.
function(page_rows out page)
    string(REPLACE "\\" "\\\\" page "${page}")
    string(REPLACE "\"" "\\\"" page "${page}")
    string(REPLACE "?" "\\?" page "${page}")
    string(REPLACE "\n" "\\n\"\n     \"" page "${page}")
    string(REGEX REPLACE "@{([a-z]+)}" "\", \"\\1\"},\n    {\"" page "${page}")
    set(${out} "    {\"${page}\", 0},\n" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    page_join(style css ${page_styles})
    page_join(script js ${page_scripts})
    page_hash(script_hash "${script}")
    file(READ "${FOLDER}/page.html" page)
    string(REPLACE "@{scripthash}" "${script_hash}" page "${page}")
    string(REPLACE "@{style}" "${style}" page "${page}")
    string(REPLACE "@{script}" "${script}" page "${page}")
    page_rows(rows "${page}")
    file(WRITE "${OUT}" "// Made by cmake/page.cmake from generator/views/page.\n"
        "#include \"generator/views/page/page.h\"\n\n"
        "const PagePart page_parts[] = {\n${rows}};\n"
        "const unsigned page_part_count = sizeof page_parts / sizeof *page_parts;\n")
endif()
