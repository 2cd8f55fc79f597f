#include <algorithm>
#include <iostream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

const int CRANE_LIMIT = 4;
const int CRANE_COST = 40;
const long long MODULUS = 998244353;

bool drops(char letter) {
    return letter == 'z';
}

char worn(char letter) {
    int position = letter - 'a';
    if (position % 2 == 1 && letter < 'n') {
        return static_cast<char>(letter - 1);
    }
    return letter;
}

std::string worn_form(const std::string& label) {
    std::string form;
    for (char letter : label) {
        if (!drops(letter)) {
            form.push_back(worn(letter));
        }
    }
    std::sort(form.begin(), form.end());
    if (form.size() < 3) {
        form.push_back('.');
    }
    return form;
}

long long heap_cost(long long crates, long long length) {
    if (crates == 1) {
        return length;
    }
    long long cost = crates * crates + 5 * length;
    if (crates > CRANE_LIMIT) {
        cost += CRANE_COST;
    }
    return cost;
}

std::vector<int> first_alike(const std::vector<std::string>& labels) {
    int count = static_cast<int>(labels.size());
    std::vector<std::pair<std::string, int>> forms;
    for (int i = 0; i < count; i++) {
        forms.emplace_back(worn_form(labels[i]), i);
    }
    std::sort(forms.begin(), forms.end());
    std::vector<int> first(count);
    for (int i = 0; i < count; i++) {
        bool same = i > 0 && forms[i].first == forms[i - 1].first;
        first[forms[i].second] = same ? first[forms[i - 1].second] : forms[i].second;
    }
    return first;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int crates;
    std::cin >> crates;
    std::vector<std::string> labels(crates);
    for (std::string& label : labels) {
        std::cin >> label;
    }
    std::vector<int> first = first_alike(labels);
    std::vector<long long> size(crates, 0);
    long long checksum = 7;
    for (int i = 0; i < crates; i++) {
        size[first[i]]++;
        checksum = (checksum * 37 + first[i] + 1) % MODULUS;
    }
    int heaps = 0;
    int cranes = 0;
    int alone = 0;
    long long total = 0;
    for (int i = 0; i < crates; i++) {
        if (size[i] == 0) {
            continue;
        }
        heaps++;
        if (size[i] > CRANE_LIMIT) {
            cranes++;
        }
        if (size[i] == 1) {
            alone++;
        }
        total += heap_cost(size[i], worn_form(labels[i]).size());
    }
    std::cout << heaps << "\n";
    std::cout << cranes << " " << alone << "\n";
    std::cout << total << "\n";
    std::cout << checksum << "\n";
    return 0;
}
