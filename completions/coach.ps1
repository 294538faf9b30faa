# Tab for coach in PowerShell:
#   coach completions powershell >> $PROFILE
# The words before the cursor go to coach by a pipe, so that no other user can read them in the
# list of processes. What it answers is read-only.

Register-ArgumentCompleter -Native -CommandName coach -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @(
        $commandAst.CommandElements | Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $_.Value
                } else {
                    $_.ToString()
                }
            }
    ) + $wordToComplete
    $before = $env:COACH_COMPLETE
    try {
        $env:COACH_COMPLETE = 'powershell'
        $lines = @(($words -join "`0") + "`0" | & (Get-Command -CommandType Application coach)[0] 2>$null)
    } finally {
        $env:COACH_COMPLETE = $before
    }
    if ($lines.Count -eq 1 -and $lines[0] -eq ':files') { return }
    foreach ($line in $lines) {
        $value, $about = $line -split "`t", 2
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}
