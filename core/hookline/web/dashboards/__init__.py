"""/dashboards and /widgets: pages of widgets that everybody may arrange."""
