"""Readers for question suites in the formats of others, one module each.

None of their text is in this repository. A set without a public layout of its own is read from the folder
`files.DATA`, beside the checkout, when it is there.
"""
