"""What people are told: who is told what, the inbox, letters at once or once a day, and each person's choice of these."""
