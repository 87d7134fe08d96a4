"""电子证照: types with faces, certificates, presenting, verifying and using them (GB/T 36901—36906-2018).

Legal force: 国务院令第716号 第十条. Identifier GB/T 36904, metadata GB/T 36903, file GB/T 36905 (OFD with a seal).
"""
