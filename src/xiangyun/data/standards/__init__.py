"""数据元·数据标准: data elements with their code tables, masking and levels; one number, one source (一数一源).

GB/T 18391 (metadata registries), GB/T 2261, GB/T 3304 and other code standards.
"""
