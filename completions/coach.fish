# Tab for coach in fish:
#   coach completions fish > ~/.config/fish/completions/coach.fish
# The words before the cursor go to coach by a pipe, so that no other user can read them in the
# list of processes. What it answers is read-only.

function __coach_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l begun (commandline -ct)
    set -l lines (printf '%s\0' $words "$begun" | COACH_COMPLETE=fish command coach 2>/dev/null)
    if test "$lines" = :files
        __fish_complete_path "$begun"
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end

complete -c coach -e
complete -c coach -f -k -a '(__coach_complete)'
