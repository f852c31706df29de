"""The command that checks a draft in the chat."""

from __future__ import annotations

import sys

from assistant.cli.chat.session_commands import typed_words
from assistant.cli.chat.state import ChatState
from assistant.cli.check import PROBLEMS
from assistant.cli.terminal import print_parts
from assistant.errors import UsageError


class DraftCommands:
    """Commands over a text of the user's own."""

    title = "A draft"

    def __init__(self, chat: ChatState) -> None:
        self._chat = chat

    def cmd_check(self, argument: str) -> None:
        """Check a draft against the archive, within the limits in force: /check draft.md; /check draft.md problems."""
        words = typed_words(argument)
        only_problems = words[1:] == [PROBLEMS]
        if not words or words[0] == "-" or (words[1:] and not only_problems):
            raise UsageError("Write /check DRAFT, with a file or the address of a page, or /check DRAFT problems.")
        from assistant.cli import check_view, progress
        from assistant.drafts.checking import CheckOptions
        from assistant.drafts.draft_files import read_draft

        chat = self._chat
        draft = read_draft(words[0], sys.stdin.buffer, allow_private=chat.settings.allow_private_addresses)
        chat.wait()
        with progress.sentence_bar(chat.messages, watched=chat.messages.is_terminal) as on_checked:
            report = chat.assistant.check(draft, CheckOptions(filters=chat.conversation.filters), on_checked)
        print_parts(chat.console, check_view.report_parts(chat.console, report, only_problems=only_problems))
