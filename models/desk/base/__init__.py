"""What every use case of the desk stands on."""
