"""What is said back in reports: each role’s home, and the exports."""
