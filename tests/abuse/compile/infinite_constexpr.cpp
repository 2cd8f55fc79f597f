// verdict: CE
// tries: to make the compiler calculate forever
constexpr unsigned spin() {
    unsigned x = 1;
    for (;;) x = x * 3 + 1;
    return x;
}
constexpr unsigned value = spin();
int main() { return value; }
