"""Training and calibration of the reader that ships. Needs torch, which the program itself never imports."""
