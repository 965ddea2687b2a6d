"""Art. 4(4) of Reg. (EU) 2015/2120: significant, continuous or regularly recurring discrepancy over many days."""
