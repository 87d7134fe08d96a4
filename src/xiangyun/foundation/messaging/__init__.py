"""消息: the message centre of every account, and the ways out of the house (short message, e-mail) with their log."""
