"""What every command line program here shares: the edge, the places to print to, JSON output. No command is in it."""
