"""The chat: a conversation at the terminal, or line by line from a pipe.

start     opens the library, helps on the first start, and goes on with a saved conversation where one is named
loop      takes lines; hands questions to `talk` and commands to `slash`
talk      one chat: asks, shows, saves
slash     finds the command for a line; the commands themselves lie in `reading`, `limits`, `keeping` and `setup`
prompt    the line that a person types into, with `completion` and the `toolbar` below it
pager     a whole article on the screen
"""
