# Tab for coach in elvish. In ~/.config/elvish/rc.elv:
#   eval (coach completions elvish | slurp)
# The words before the cursor go to coach by a pipe, so that no other user can read them in the
# list of processes. What it answers is read-only.

use str

set edit:completion:arg-completer[coach] = {|@words|
    tmp E:COACH_COMPLETE = elvish
    var lines = []
    try {
        set lines = [(for word $words[1..] { print $word"\x00" } | (external coach) 2>/dev/null | from-lines)]
    } catch _ { }
    if (eq $lines [:files]) {
        edit:complete-filename $words[-1]
    } else {
        for line $lines {
            var parts = [(str:split &max=2 "\t" $line)]
            if (== (count $parts) 1) {
                put $line
            } else {
                edit:complex-candidate $parts[0] &display=$parts[0]'  ('$parts[1]')'
            }
        }
    }
}
