"""What a library survives: kills, full disks, damaged files. Run `python -m research.torture`."""
