"""From a source to a plugin that runs: found, imported, judged, switched on or off."""
