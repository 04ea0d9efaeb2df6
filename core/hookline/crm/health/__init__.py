"""Health: what is wrong with an installation and how to mend it, for the command line and for the settings alike."""
