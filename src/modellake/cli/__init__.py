"""The command line: one file a group of commands. Heavy modules are imported by the command that needs them."""
