"""The evaluation suite: `records` tells its records and files, `cli` its commands; `assistant eval` runs it."""
