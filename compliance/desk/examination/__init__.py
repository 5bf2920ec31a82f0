"""The examination bundle: everything about an offering in one sealed file, for an examiner who has
neither our program nor a reason to believe us."""
