# lib/pluto beside the program: what travels in packages (runtime/), what makes them (pack/, esbuild/),
# and Lambda's own Node.js, which runs both the bundler and the functions on this machine.
#
# In the build tree Node.js is a link into node_modules; an installation gets a copy. The adapters' shared
# objects come beside it (pluto_adapter).
set(lib_folder "${CMAKE_BINARY_DIR}/lib/pluto")
set(npm "${CMAKE_SOURCE_DIR}/node_modules")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    set(npm_machine arm64)
else()
    set(npm_machine x64)
endif()
set(esbuild_program "${npm}/@esbuild/linux-${npm_machine}/bin/esbuild")
set(node_program "${npm}/node-linux-${npm_machine}/bin/node")
foreach(program "${esbuild_program}" "${node_program}")
    if(NOT EXISTS "${program}")
        pluto_need("${program} (an npm package)" "")
    endif()
endforeach()

set(lib_made "")

# lib_copy(to from mode…): one file of lib/pluto, in the build tree and installed.
function(lib_copy to from)
    add_custom_command(OUTPUT "${lib_folder}/${to}"
        COMMAND "${CMAKE_COMMAND}" -E copy "${from}" "${lib_folder}/${to}"
        DEPENDS "${from}" VERBATIM)
    list(APPEND lib_made "${lib_folder}/${to}")
    set(lib_made "${lib_made}" PARENT_SCOPE)
    cmake_path(GET to PARENT_PATH folder)
    if("PROGRAM" IN_LIST ARGN)
        install(PROGRAMS "${from}" DESTINATION "lib/pluto/${folder}")
    else()
        install(FILES "${from}" DESTINATION "lib/pluto/${folder}")
    endif()
endfunction()

# Every script of ours in a folder, under lib/pluto/<to>.
function(lib_scripts to folder)
    file(GLOB scripts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.mjs")
    list(SORT scripts)
    foreach(script IN LISTS scripts)
        cmake_path(GET script FILENAME name)
        lib_copy("${to}/${name}" "${script}")
    endforeach()
    set(lib_made "${lib_made}" PARENT_SCOPE)
endfunction()

lib_scripts(runtime/client runtime/client)
lib_copy(runtime/start "${CMAKE_SOURCE_DIR}/runtime/bootstrap/start" PROGRAM)
lib_copy(esbuild/package.json "${npm}/esbuild/package.json")
lib_copy(esbuild/LICENSE.md "${npm}/esbuild/LICENSE.md")
lib_copy(esbuild/lib/main.js "${npm}/esbuild/lib/main.js")
lib_copy(esbuild/bin/esbuild "${esbuild_program}" PROGRAM)

# lib_script(to folder main): the scripts of a folder as one file, which Node.js loads twice as fast.
function(lib_script to folder main)
    file(GLOB parts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.mjs")
    add_custom_command(OUTPUT "${lib_folder}/${to}"
        COMMAND "${esbuild_program}" "${CMAKE_SOURCE_DIR}/${folder}/${main}" --bundle
                --platform=node --format=esm --target=node22 --log-level=warning
                "--outfile=${lib_folder}/${to}"
        DEPENDS ${parts} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" VERBATIM)
    list(APPEND lib_made "${lib_folder}/${to}")
    set(lib_made "${lib_made}" PARENT_SCOPE)
    cmake_path(GET to PARENT_PATH place)
    install(FILES "${lib_folder}/${to}" DESTINATION "lib/pluto/${place}")
endfunction()

lib_script(pack/bundle.mjs adapters/pack bundle.mjs)
lib_script(runtime/worker.mjs runtime/worker worker.mjs)

add_custom_command(OUTPUT "${lib_folder}/node"
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "${node_program}" "${lib_folder}/node" VERBATIM)
list(APPEND lib_made "${lib_folder}/node")
install(PROGRAMS "${node_program}" DESTINATION lib/pluto)
install(FILES "${npm}/node-linux-${npm_machine}/LICENSE" DESTINATION lib/pluto RENAME LICENSE.node)

add_custom_target(pluto_lib ALL DEPENDS ${lib_made})
add_dependencies(pluto_lib bootstraps)
install(PROGRAMS "${lib_folder}/runtime/bootstrap-x86_64" "${lib_folder}/runtime/bootstrap-arm64"
    DESTINATION lib/pluto/runtime)
