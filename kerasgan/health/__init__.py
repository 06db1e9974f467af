"""What is going wrong in an adversarial training, as numbers and words."""
