# SPDX-License-Identifier: 0BSD
# JSON values: objects, arrays, strings, grouping. Run with -n.
[range(30000) | {id: ., name: "item \(.)", kind: (. * 7919 % 97), tags: [. % 3, "t\(. % 5)"]}]
| (map(.name | length) | add) as $bytes
| group_by(.kind)
| map({kind: .[0].kind, n: length, sum: (map(.id) | add), tags: (map(.tags[1]) | unique)})
| sort_by(.sum) | [$bytes, length, .[0], .[-1]]
