// Copies of medium size, for which glibc takes `rep movsb` where the processor has it.
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> queue(n);
    for (int i = 0; i < n; i++) queue[i] = i;
    long sum = 0;
    while (!queue.empty()) {
        sum = sum * 3 % 1000003 + queue.front();
        queue.erase(queue.begin());
    }
    std::cout << sum << '\n';
}
