"""The strip by which a message's clock is moved in training."""
