"""What is given: certificates, the public registry and verification."""
