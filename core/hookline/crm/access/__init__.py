"""Who may do what: users, teams, roles, shares, restrictions, and why somebody can or cannot."""
