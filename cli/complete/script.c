// The scripts that teach a shell to complete `pluto`.
//
// Input: a shell. Output: its script. Invariant: a script holds no name of ours; it asks the
// program that is installed, so it is right for the next version, too. What the program answers is
// data to it: nothing is evaluated.

#include "cli/complete/complete.h"

static const char BASH[] =
    "# bash completion for pluto: source <(pluto completion bash)\n"
    "_pluto() {\n"
    "    local line\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        $'\\tfiles') compopt -o default ;;\n"
    "        $'\\tfolders') compopt -o dirnames ;;\n"
    "        *) COMPREPLY+=(\"$line\") ;;\n"
    "        esac\n"
    "    done < <(command pluto __complete bash \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _pluto pluto\n";

static const char ZSH[] =
    "#compdef pluto\n"
    "# zsh completion for pluto: source <(pluto completion zsh), after compinit\n"
    "_pluto() {\n"
    "    local line\n"
    "    local -a values shown\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        $'\\tfiles') _files ;;\n"
    "        $'\\tfolders') _files -/ ;;\n"
    "        *)\n"
    "            values+=(\"${line%%$'\\t'*}\")\n"
    "            shown+=(\"${(r:24:)line%%$'\\t'*} ${line#*$'\\t'}\")\n"
    "            ;;\n"
    "        esac\n"
    "    done < <(command pluto __complete zsh \"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\" "
    "2>/dev/null)\n"
    "    compadd -l -d shown -a -- values\n"
    "}\n"
    "if [[ $funcstack[1] == _pluto ]]; then _pluto \"$@\"; else compdef _pluto pluto; fi\n";

static const char FISH[] =
    "# fish completion for pluto: pluto completion fish | source\n"
    "function __pluto_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -e words[1]\n"
    "    set -l word (commandline -ct)\n"
    "    for line in (command pluto __complete fish $words \"$word\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case \\tfiles\n"
    "                __fish_complete_path \"$word\"\n"
    "            case \\tfolders\n"
    "                __fish_complete_directories \"$word\" ''\n"
    "            case '*'\n"
    "                printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c pluto -f -a '(__pluto_complete)'\n";

Str complete_script(Shell shell) {
    static const char *const scripts[SHELL_COUNT] = {
        [SHELL_BASH] = BASH, [SHELL_ZSH] = ZSH, [SHELL_FISH] = FISH};
    return str_of(scripts[shell]);
}
