"""The widgets that the rooms are made of."""
