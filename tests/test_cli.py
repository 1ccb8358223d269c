"""The command line: help, exit codes, --json, receipts, one sentence for what can't be done."""
