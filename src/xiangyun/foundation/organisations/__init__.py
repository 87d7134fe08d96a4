"""机构·岗位: departments by region and level, service halls, posts and who holds them since when."""
