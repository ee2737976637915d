# What is not ours: Debian's libraries, and C sources that `npm ci` puts into node_modules.
# All of it comes with scripts/setup; nothing is copied into the repository.
find_package(Threads REQUIRED)

function(pluto_need what found)
    if(NOT found)
        message(FATAL_ERROR "${what} is missing: run scripts/setup, which installs it")
    endif()
endfunction()

# A library of Debian's as an imported target, statically where Debian has the archive: each shared
# object costs start-up time. With SHARED it is always the shared one: what an adapter is linked with.
function(pluto_debian_library name header library)
    find_path(${name}_INCLUDE "${header}")
    if("SHARED" IN_LIST ARGN)
        find_library(${name}_LIBRARY NAMES ${library})
    else()
        find_library(${name}_LIBRARY NAMES lib${library}.a ${library})
    endif()
    pluto_need("${header} (a Debian package)" "${${name}_INCLUDE}")
    pluto_need("lib${library} (a Debian package)" "${${name}_LIBRARY}")
    add_library(${name} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${name} SYSTEM INTERFACE "${${name}_INCLUDE}")
    target_link_libraries(${name} INTERFACE "${${name}_LIBRARY}")
endfunction()

pluto_debian_library(cjson cjson/cJSON.h cjson)
pluto_debian_library(yaml yaml.h yaml)
pluto_debian_library(git2 git2.h git2 SHARED)
pluto_debian_library(microhttpd microhttpd.h microhttpd SHARED)
pluto_debian_library(curl curl/curl.h curl SHARED)
pluto_debian_library(zip zip.h zip SHARED)
pluto_debian_library(crypto openssl/evp.h crypto SHARED)

# tree-sitter and the TypeScript and TSX grammars. Always optimized, never warned about: parsing is most
# of the run, and a debug build of tables is only slow.
set(npm "${CMAKE_SOURCE_DIR}/node_modules")
set(core "${npm}/tree-sitter/vendor/tree-sitter/lib")
set(grammars "${npm}/tree-sitter-typescript")
foreach(source "${core}/src/lib.c" "${grammars}/typescript/src/parser.c" "${grammars}/tsx/src/parser.c")
    if(NOT EXISTS "${source}")
        pluto_need("${source} (an npm package)" "")
    endif()
endforeach()

add_library(tree_sitter STATIC
    "${core}/src/lib.c"
    "${grammars}/typescript/src/parser.c" "${grammars}/typescript/src/scanner.c"
    "${grammars}/tsx/src/parser.c" "${grammars}/tsx/src/scanner.c")
# The deducer's cst_flat.c walks the core's own nodes: their headers are public here.
target_include_directories(tree_sitter SYSTEM PUBLIC "${core}/include" "${core}/src" PRIVATE "${grammars}/typescript/src")
target_compile_definitions(tree_sitter PRIVATE _DEFAULT_SOURCE _POSIX_C_SOURCE=200809L)
target_compile_options(tree_sitter PRIVATE -w -O2 -ffunction-sections)
if(PLUTO_SANITIZE MATCHES "address")
    target_compile_options(tree_sitter PRIVATE -fsanitize=address -fno-omit-frame-pointer)
endif()
