"""The chat: a conversation at the terminal, or line by line from a pipe.

start             opens the archive, helps on the first start, and continues a saved conversation where one is named
loop              takes lines; hands questions to the chat's state and commands to `commands`
state             one chat: asks, shows, saves, counts tokens
commands          finds the command for a line; more of them in `source_commands` and `session_commands`
line              the line that a person types into: history, completion, and the bar below it
pager             a whole article on the screen
clipboard         answers and sources to paste elsewhere
"""
