"""What the commands of the evaluation do, one module for each kind; `eval.cli` declares them."""
