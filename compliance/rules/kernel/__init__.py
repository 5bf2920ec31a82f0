"""What every regime needs: dated figures, findings, money, zones, calendars."""
