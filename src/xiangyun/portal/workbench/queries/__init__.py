"""What the pages of the desk show, composed from the apps below."""
