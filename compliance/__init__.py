"""The compliance side of the house: the law below everything, the desk above everything."""
