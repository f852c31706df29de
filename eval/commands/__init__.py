"""The implementation of the evaluation's commands, one module each; `eval.cli` declares them."""
