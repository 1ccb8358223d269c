"""What is kept: batches, the journal, roll-ups and builds. The way in: warehouse (batches), builds (what is read)."""
