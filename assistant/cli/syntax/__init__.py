"""What can be typed: each command with its arguments and options, in groups, and nothing of what it does.

Nothing heavy is imported here: help and a mistyped option answer at once. Each command imports its work when it runs.
A group's `COMMANDS` are in the order of the help text; `assistant.cli.main` joins the groups.
"""
