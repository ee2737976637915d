# lib/pluto/local: DynamoDB on this machine, dynalite with its store in one file and one native part.
set(local_folder "${CMAKE_BINARY_DIR}/lib/pluto/local")
set(local_native "${npm}/classic-level/prebuilds/linux-${npm_machine}/classic-level.node")
if(npm_machine STREQUAL "arm64")
    set(local_native "${npm}/classic-level/prebuilds/linux-arm64/classic-level.armv8.node")
endif()
foreach(file "${npm}/dynalite/package.json" "${local_native}")
    if(NOT EXISTS "${file}")
        pluto_need("${file} (an npm package)" "")
    endif()
endforeach()

file(GLOB local_parts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/adapters/run/local/*")
add_custom_command(OUTPUT "${local_folder}/dynamodb.cjs" "${local_folder}/LICENSES"
    COMMAND "${node_program}" "${CMAKE_SOURCE_DIR}/adapters/run/local/bundle.mjs" "${npm}"
            "${local_folder}/dynamodb.cjs"
    DEPENDS ${local_parts} "${npm}/dynalite/package.json" VERBATIM)
add_custom_command(OUTPUT "${local_folder}/classic-level.node"
    COMMAND "${CMAKE_COMMAND}" -E copy "${local_native}" "${local_folder}/classic-level.node"
    DEPENDS "${local_native}" VERBATIM)
add_custom_target(pluto_local ALL
    DEPENDS "${local_folder}/dynamodb.cjs" "${local_folder}/classic-level.node")
install(FILES "${local_folder}/dynamodb.cjs" "${local_folder}/LICENSES"
    "${local_folder}/classic-level.node" DESTINATION lib/pluto/local)
