"""Pages of the compliance officer; an examiner sees them without their acts."""
