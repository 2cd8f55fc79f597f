#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

const int FALSE_START = 4;
const int MOST_LISTENERS = 50;
const int EXTRA = 5;
const int MODULUS = 20011;

std::vector<int> compare_with_start(const std::string& song) {
    int n = song.size();
    std::vector<int> same(n, 0);
    // song[left..right) is equal to the start, and no known part ends later.
    int left = 0;
    int right = 0;
    for (int i = 1; i < n; i++) {
        int length = 0;
        if (i < right) {
            length = same[i - left];
        }
        while (i + length < n && song[length] == song[i + length]) {
            length++;
        }
        same[i] = length;
        if (i + length > right) {
            left = i;
            right = i + length;
        }
    }
    return same;
}

int confused(char note, int same) {
    if (same < FALSE_START) {
        return same % 2;
    }
    int listeners = std::min(same, MOST_LISTENERS);
    if (note == 'a') {
        listeners += EXTRA;
    }
    return listeners;
}

int main() {
    char line[2002];
    if (scanf("%2001s", line) != 1) {
        return 1;
    }
    std::string song = line;
    std::vector<int> same = compare_with_start(song);
    int false_starts = 0;
    int longest = 0;
    int listeners = 0;
    long long mark = 0;
    for (std::size_t i = 1; i < song.size(); i++) {
        if (same[i] >= FALSE_START) {
            false_starts++;
        }
        longest = std::max(longest, same[i]);
        listeners += confused(song[i], same[i]);
        mark = (mark + static_cast<long long>(i) * same[i]) % MODULUS;
    }
    printf("%d %d %d %lld\n", false_starts, longest, listeners, mark);
    return 0;
}
