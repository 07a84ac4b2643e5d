"""Who together: interest in the endorsement, cohorts, and the seats in them."""
