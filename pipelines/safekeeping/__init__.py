"""Nothing lost: backups and restoring, the doctor; keys and retention. See docs/operations.md."""
