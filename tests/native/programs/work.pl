# SPDX-License-Identifier: 0BSD
# Hashes of arrays, strings that grow, sorting.
use strict;
my (%lists, $text);
for my $i (1 .. 120000) {
    push @{ $lists{ "key" . ($i % 5000) } }, { id => $i, name => "name $i" };
    $text .= "line $i;" if $i % 4 == 0;
}
my ($n, $bytes) = (0, 0);
for my $key (sort keys %lists) {
    for my $item (@{ $lists{$key} }) {
        $n += $item->{id};
        $bytes += length $item->{name};
    }
    delete $lists{$key} if $n % 2;
}
my %count;
$count{$_}++ for map { length } split /;/, $text;
print "$n $bytes ", scalar(keys %lists), " ", join(",", map { "$_:$count{$_}" } sort keys %count), "\n";
