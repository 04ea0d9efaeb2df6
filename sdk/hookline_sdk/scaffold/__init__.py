"""`hookline plugin new`: writes a new plugin, from the template that the repository keeps in `cookiecutter-plugin/`."""
