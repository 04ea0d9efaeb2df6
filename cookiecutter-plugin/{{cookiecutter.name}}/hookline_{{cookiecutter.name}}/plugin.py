"""The plugin: its name stands before everything that it owns."""

from hookline_sdk import Plugin

plugin = Plugin("{{ cookiecutter.name }}", label="{{ cookiecutter.label }}", version="0.1.0")
