"""`python -m hookline` is the command `hookline`."""

from hookline.cli import main

# Several serving processes import this file again.
if __name__ == "__main__":
    main()
