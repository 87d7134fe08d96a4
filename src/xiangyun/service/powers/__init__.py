"""权责清单: the powers and duties of each body (国发〔2022〕5号, 中办发〔2015〕21号); outside it is no approval."""
