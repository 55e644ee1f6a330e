"""The editor of assistants, over HTTP: one file for each subject."""
