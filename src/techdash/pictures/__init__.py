"""Pictures of a text: fetched when asked for, decoded in a process of their own, told as plain pixels."""
