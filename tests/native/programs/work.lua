-- SPDX-License-Identifier: 0BSD
-- Strings, tables and closures that come and go.
local live, sum = {}, 0
for i = 1, 150000 do
  local item = { id = i, name = "item " .. i, tags = { i % 7, i % 11 } }
  live[i % 20000 + 1] = item
  if i % 3 == 0 then
    item.f = function() return item.id + #item.name end
    sum = sum + item.f()
  end
end
local parts = {}
for i = 1, 20000 do parts[#parts + 1] = live[i].name end
local text = table.concat(parts, ",")
local words = 0
for word in text:gmatch("%w+") do words = words + #word end
table.sort(parts)
print(sum, #text, words, parts[1], parts[#parts])
