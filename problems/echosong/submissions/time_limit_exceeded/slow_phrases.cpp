#include <algorithm>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

const int PHRASE = 5;
const int TONES = 8;
const char QUIET_TONE = '6';

char tone(char letter) {
    int position = letter - 'a';
    return static_cast<char>('0' + (position * 3 + 1) % TONES);
}

long long value(char letter) {
    int position = letter - 'a';
    return 4 + position % 11;
}

long long claps(char letter, int echoes) {
    return value(letter) * (2 + echoes % 9);
}

bool is_announced(char first_tone) {
    return first_tone != QUIET_TONE;
}

bool is_fresh(int echoes) {
    return echoes == 0;
}

std::vector<int> count_echoes(const std::string& tones) {
    std::vector<int> echoes;
    std::vector<std::string> heard;
    for (std::size_t i = 0; i + PHRASE <= tones.size(); i++) {
        std::string phrase = tones.substr(i, PHRASE);
        echoes.push_back(static_cast<int>(std::count(heard.begin(), heard.end(), phrase)));
        heard.push_back(phrase);
    }
    return echoes;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::string song;
    std::cin >> song;

    std::string tones;
    for (char letter : song) {
        tones += tone(letter);
    }
    std::vector<int> echoes = count_echoes(tones);

    long long fresh = 0;
    long long total = 0;
    long long most = 0;
    for (std::size_t i = 0; i < echoes.size(); i++) {
        if (!is_announced(tones[i])) {
            continue;
        }
        if (is_fresh(echoes[i])) {
            fresh += 1;
        }
        long long earned = claps(song[i], echoes[i]);
        total += earned;
        if (earned > most) {
            most = earned;
        }
    }
    std::cout << fresh << " " << total << " " << most << "\n";
    return 0;
}
