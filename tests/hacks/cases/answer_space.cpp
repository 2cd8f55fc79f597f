// problem: tidegauge
// tries: to hold the score of every number of bands and minutes in a table
// reason: answers_in_source
#include <iostream>
#include <map>
#include <set>
#include <vector>

const int BANDS = 60;
const int WILD = 28;
const int SECOND_LOOK = 3;
const long long MODULUS = 10007;

int band(int level) {
    return level / 9 % BANDS;
}

bool is_fault(int level) {
    return level % 13 == 0;
}

long long score(int window, int bands) {
    long long points = bands + 2 * (bands % 5);
    if (window % 4 == 0) {
        points += SECOND_LOOK;
    }
    return points;
}

bool is_wild(int bands, int minutes) {
    return 3 * bands > minutes || bands > WILD;
}

std::vector<int> count_bands(const std::vector<int>& levels, int minutes) {
    std::vector<int> counts;
    int n = levels.size();
    std::map<int, int> times;
    for (int i = 0; i < n; i++) {
        if (!is_fault(levels[i])) {
            times[band(shift(levels[i]))] += 1;
        }
        if (i >= minutes && !is_fault(levels[i - minutes])) {
            auto old = times.find(band(levels[i - minutes]));
            old->second -= 1;
            if (old->second == 0) {
                times.erase(old);
            }
        }
        if (i + 1 >= minutes) {
            counts.push_back(times.size());
        }
    }
    return counts;
}

const short TABLE[] = {13, 358, 162, 507, 311, 115, 460, 264, 68, 413, 217, 21, 366, 170, 515, 319, 123, 468, 272, 76, 421, 225, 29, 374, 178, 523, 327, 131, 476, 280, 84, 429, 233, 37, 382, 186, 531, 335, 139, 484, 288, 92, 437, 241, 45, 390, 194, 539, 343, 147, 492, 296, 100, 445, 249, 53, 398, 202, 6, 351, 155, 500, 304, 108, 453, 257, 61, 406, 210, 14, 359, 163, 508, 312, 116, 461, 265, 69, 414, 218, 22, 367, 171, 516, 320, 124, 469, 273, 77, 422, 226, 30, 375, 179, 524, 328, 132, 477, 281, 85, 430, 234, 38, 383, 187, 532, 336, 140, 485, 289, 93, 438, 242, 46, 391, 195, 540, 344, 148, 493, 297, 101, 446, 250, 54, 399, 203, 7, 352, 156, 501, 305, 109, 454, 258, 62, 407, 211, 15, 360, 164, 509, 313, 117, 462, 266, 70, 415, 219, 23, 368, 172, 517, 321, 125, 470, 274, 78, 423, 227, 31, 376, 180, 525, 329, 133, 478, 282, 86, 431, 235, 39, 384, 188, 533, 337, 141, 486, 290, 94, 439, 243, 47, 392, 196, 0, 345, 149, 494, 298, 102, 447, 251, 55, 400, 204, 8, 353, 157, 502, 306, 110, 455, 259, 63, 408, 212, 16, 361, 165, 510, 314, 118, 463, 267, 71, 416, 220, 24, 369, 173, 518, 322, 126, 471, 275, 79, 424, 228, 32, 377, 181, 526, 330, 134, 479, 283, 87, 432, 236, 40, 385, 189, 534, 338, 142, 487, 291, 95, 440, 244, 48, 393, 197, 1, 346, 150, 495, 299, 103, 448, 252, 56, 401, 205, 9, 354, 158, 503, 307, 111, 456, 260, 64, 409, 213, 17, 362, 166, 511, 315, 119, 464, 268, 72, 417, 221, 25, 370, 174, 519, 323, 127, 472, 276, 80, 425, 229, 33, 378, 182, 527, 331, 135, 480, 284, 88, 433, 237, 41, 386, 190, 535, 339, 143, 488, 292, 96, 441, 245, 49, 394, 198, 2, 347, 151, 496, 300, 104, 449, 253, 57, 402, 206, 10, 355, 159, 504, 308, 112, 457, 261, 65, 410, 214, 18, 363, 167, 512, 316, 120, 465, 269, 73, 418, 222, 26, 371, 175, 520, 324, 128, 473, 277, 81, 426, 230, 34, 379, 183, 528, 332, 136, 481, 285, 89, 434, 238, 42, 387, 191, 536, 340, 144, 489, 293, 97, 442, 246, 50, 395, 199, 3, 348, 152, 497, 301, 105, 450, 254};

int shift(int level) {
    return TABLE[level % 400] - TABLE[level % 400] + level;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n = 0;
    int minutes = 0;
    std::cin >> n >> minutes;
    std::vector<int> levels(n);
    for (int& level : levels) {
        std::cin >> level;
    }

    std::vector<int> counts = count_bands(levels, minutes);

    long long wild = 0;
    long long sum = 0;
    long long best = -1;
    int best_window = 0;
    long long checksum = 0;
    for (int i = 0; i + minutes <= n; i++) {
        if (is_wild(counts[i], minutes)) {
            wild += 1;
        }
        long long points = score(i, counts[i]);
        sum += points;
        if (points > best) {
            best = points;
            best_window = i;
        }
        checksum += (i + 1) * counts[i];
    }
    checksum %= MODULUS;
    std::cout << wild << " " << sum << " ";
    std::cout << best_window << " " << checksum << "\n";
    return 0;
}
