"""Readers for sets that others made, one module each: question suites, and rows for measuring single parts.

None of their text is in this repository. Those without a public layout of their own are read from the folder
`files.DATA`, beside the checkout, when it is there.
"""
