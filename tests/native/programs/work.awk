# SPDX-License-Identifier: 0BSD
# Associative arrays, fields and strings.
BEGIN {
    for (i = 1; i <= 120000; i++) {
        line = "k" (i * 7919 % 20011) " v" i " " i % 17
        n = split(line, field, " ")
        text[field[1]] = text[field[1]] field[2]
        count[field[3]]++
        if (i % 5 == 0) delete text["k" (i % 20011)]
    }
    for (key in text) { keys++; bytes += length(text[key]) }
    for (i = 0; i < 17; i++) all = all " " count[i]
    gsub(/7/, "seven", all)
    print keys, bytes, all
}
