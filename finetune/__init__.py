"""Trains what ships in `models/`: `python -m finetune COMMAND --help`."""
