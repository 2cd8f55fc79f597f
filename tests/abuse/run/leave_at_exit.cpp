// verdict: TLE
// tries: to keep running after main has ended, with the answer written
#include <cstdlib>
int main() { std::atexit([] { for (volatile unsigned i = 0;; i = i + 1) {} }); }
