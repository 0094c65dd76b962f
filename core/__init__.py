"""What every service needs and knows no service: refusals, audit, policy, encryption."""
