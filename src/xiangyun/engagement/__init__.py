"""The public talks back: reviews (好差评) and what will follow."""
