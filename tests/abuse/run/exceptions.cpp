// verdict: RE
// tries: to end by an uncaught exception, thrown while another one is under way
#include <stdexcept>
struct Bomb { ~Bomb() noexcept(false) { throw std::runtime_error("second"); } };
int main() { Bomb bomb; throw std::runtime_error("first"); }
