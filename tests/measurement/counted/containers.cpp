// Streams, containers, and mathematics that glibc has for several processors.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<std::string> words;
    std::map<std::string, int> ordered;
    std::unordered_map<std::string, int> hashed;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        words.push_back(std::to_string(i * 7919 % 1009));
        ordered[words.back()]++;
        hashed[words.back()] += i;
        double x = i / 7.0;
        sum += std::sin(x) + std::exp(-x) + std::pow(x, 0.3) + std::floor(x) + std::log1p(x);
    }
    std::sort(words.begin(), words.end());
    std::cout << words.front() << ' ' << ordered.size() << ' ' << hashed.size() << ' ' << sum << '\n';
}
