# verdict: CE
# tries: as a subverted compiler, to hand out a terabyte that occupies no space
truncate -s 1T /tmp/out || truncate -s 80M /tmp/out
