#include <iostream>
#include <string>

int main() {
    std::string word;
    std::cin >> word;
    std::string open;
    int deepest = 0;
    for (size_t i = 0; i < word.size(); i++) {
        char c = word[i];
        if (c == '(' || c == '[') {
            open.push_back(c);
            if ((int)open.size() > deepest) {
                deepest = open.size();
            }
            continue;
        }
        char wanted = c == ')' ? '(' : '[';
        if (open.empty() || open.back() != wanted) {
            std::cout << -(int)(i + 1) << '\n';
            return 0;
        }
        open.pop_back();
    }
    if (!open.empty()) {
        std::cout << -(int)(word.size() + 1) << '\n';
        return 0;
    }
    std::cout << deepest << '\n';
}
