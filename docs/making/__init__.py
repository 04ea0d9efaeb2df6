"""Makes what of the documentation is not written by hand: the reference, the files that pages show, and the site."""
