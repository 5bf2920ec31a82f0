"""The regime before NI 45-110: the start-up crowdfunding orders, 2015-05-14 to 2021-09-20.

No new distribution can be made under it; its figures and the few rules made of them are kept so
that a distribution of those years, declared by an issuer or looked up by a purchaser, is judged by
the rule of its day.
"""
