"""What is said back at the foundation."""
