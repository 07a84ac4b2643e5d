"""The spine: a person's profile and evidence, the application, its references, and whether it meets the requirements."""
