"""What every page goes through: addresses, headers, the cookie, kept pages, error pages, styles, scripts."""
