"""审计: the append-only record of every act (网络安全法 第二十一条; GB/T 22239-2019 8.1.4.3; 全程留痕)."""
