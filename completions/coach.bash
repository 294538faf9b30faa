# Tab for coach in bash. In ~/.bashrc:
#   source <(coach completions bash)
# The words before the cursor go to coach by a pipe, so that no other user can read them in the
# list of processes. What it answers is read-only.

_coach() {
    local line value about
    local -a values=() shown=()
    COMPREPLY=()
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        about=${line#*$'\t'}
        values+=("$value")
        if [[ $line == *$'\t'* ]]; then shown+=("$value  ($about)"); else shown+=("$value"); fi
    done < <(
        printf '%s\0' "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$2" |
            COACH_COMPLETE=bash command coach 2>/dev/null
    )
    if [[ ${#values[@]} -eq 1 && ${values[0]} == :files ]]; then
        compopt -o default -o filenames 2>/dev/null
        return 0
    fi
    compopt -o nosort 2>/dev/null
    # A list that is only looked at (Tab twice) shows titles too, where your settings allow them.
    if [[ ${#values[@]} -gt 1 && ($COMP_TYPE -eq 63 || $COMP_TYPE -eq 33) ]]; then
        COMPREPLY=("${shown[@]}")
    elif [[ ${#values[@]} -gt 0 ]]; then
        COMPREPLY=("${values[@]}")
    fi
}

complete -F _coach coach
