"""The commands of the command line, one module for each. Nothing is imported here: asking for help need not load the house."""
