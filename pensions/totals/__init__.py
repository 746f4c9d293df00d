"""Totalisation of the whole registry, set-wise: the same answers as pensions.totalisation gives one by one."""
