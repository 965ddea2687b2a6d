"""By when somebody who asks about their own data must have an answer."""
