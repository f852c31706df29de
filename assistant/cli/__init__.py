"""The command line: Typer commands, the chat, and rendering. It decides nothing about answers."""
