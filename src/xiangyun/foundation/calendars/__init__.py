"""工作日·时限: the official calendar with local holidays, and clocks that pause, extend and explain themselves.

行政许可法 art. 42, 44, 45, 82; 民法典 art. 201, 203.
"""
