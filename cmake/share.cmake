# What a system keeps beside the program: the manual page and the completions, where man, bash, zsh and fish
# look for them. The program says them itself, so they are those of the version that is installed.
#
# Run at installation; by hand: cmake -Dpluto=build/pluto -Dshare=/usr/local/share -P cmake/share.cmake
function(pluto_share file)
    execute_process(COMMAND "${pluto}" ${ARGN} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
    file(WRITE "${share}/${file}" "${text}")
    message(STATUS "Installing: ${share}/${file}")
endfunction()

pluto_share(man/man1/pluto.1 help --man)
pluto_share(bash-completion/completions/pluto completion bash)
pluto_share(zsh/site-functions/_pluto completion zsh)
pluto_share(fish/vendor_completions.d/pluto.fish completion fish)
