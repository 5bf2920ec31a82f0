"""The compliance side of the house: the law below everything, the officers' desk above everything."""
