"""权限: roles granted on a subtree of divisions and departments, one check for every act, 三员分立 (GB/T 22239)."""
