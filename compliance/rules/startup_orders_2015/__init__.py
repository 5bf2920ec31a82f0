"""The regime before NI 45-110: the start-up crowdfunding orders, 2015-05-14 to 2021-09-20.

Data only. No new distribution can be made under it; it is kept so that a distribution of those
years, declared by an issuer or looked up by a purchaser, is read by the rule of its day.
"""
