"""What is said back about applicants."""
