"""What is said back about money."""
