"""What both readers take from the database: names, rules, places with their figures, older yardsticks."""
