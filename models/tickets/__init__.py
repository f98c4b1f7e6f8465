"""What a ticket is: its moves, its times, its working hours."""
