"""电子印章: the authority, the seals of departments, sealing and its log (GB/T 38540-2020; 国务院令第716号 第八条).

Software keys are for demonstration and marked so; a certified device takes their place through `kit.guomi.Provider`.
"""
