#!/bin/sh
# A split brain in small, to try `firstfive reconcile` on: two PostgreSQL servers, A and B, begin with the same table of orders,
# take different writes for a while, and are brought together again.
#
#   sh docs/split-brain-demo.sh postgresql://user@host-a/shop postgresql://user@host-b/shop [seconds]
#
# Both databases must be empty. It needs psql and firstfive on the PATH, and leaves its files in ./split-brain/. What no policy
# decides becomes tickets of a test incident, in the bot's database (DATABASE_URL); a person then keeps A for the first of them.
set -eu
a=$1 b=$2 seconds=${3:-180}
mkdir -p split-brain

for node in "$a" "$b"; do
    psql -q -v ON_ERROR_STOP=1 -d "$node" <<'SQL'
CREATE TABLE orders (
    id bigint PRIMARY KEY, customer text NOT NULL, status text NOT NULL, stock integer NOT NULL, note text,
    updated_at timestamptz NOT NULL);
INSERT INTO orders SELECT i, 'customer ' || i % 50, 'pending', 20, NULL, '2026-11-22 02:00+00' FROM generate_series(1, 1000) i;
SQL
done
echo "The last state in common is kept as split-brain/base.csv. From here on A and B know nothing of each other."
psql -q -d "$a" -c "\copy orders TO split-brain/base.csv (FORMAT csv, HEADER, FORCE_QUOTE (customer, status, note))"

# Each node sells, ships, refunds and takes notes, some ten times a second. B's clock is two seconds ahead.
write() { # node, states, sign of new ids, seconds that its clock is ahead
    psql -q -v ON_ERROR_STOP=1 -d "$1" <<SQL
UPDATE orders SET stock = stock - 1 - (random() * 2)::int, updated_at = clock_timestamp() + interval '$4 s'
    WHERE id IN (SELECT 1 + (random() * 150)::int FROM generate_series(1, 9));
UPDATE orders SET status = ('{$2}'::text[])[1 + (random() * 2)::int], updated_at = clock_timestamp() + interval '$4 s'
    WHERE id IN (SELECT 1 + (random() * 499)::int FROM generate_series(1, 9));
UPDATE orders SET note = 'called ' || clock_timestamp(), updated_at = clock_timestamp() + interval '$4 s'
    WHERE id IN (SELECT 1 + (random() * 300)::int FROM generate_series(1, 9));
INSERT INTO orders SELECT $3 * (1 + max(abs(id))), 'new', 'pending', 1, NULL, clock_timestamp() FROM orders;
DELETE FROM orders WHERE id = 500 + (random() * 499)::int AND random() < 0.1;
SQL
}
end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ]; do
    write "$a" paid,shipped,refunded 1 0
    write "$b" paid,shipped,delivered -1 2
    sleep 0.05
done

cat > split-brain/policy.yaml <<'YAML'
columns:
  status:
    lifecycle:
      - pending < paid < shipped < delivered
      - paid < refunded
  stock: counter
  note:
    last_write_wins: updated_at
    min_gap: 3s
  updated_at: max
invariants:
  stock is never negative: stock >= 0
tickets:
  customer: customer
  important: stock < -20
  impact: SELECT count(*) AS orders, sum(stock) AS stock FROM orders WHERE customer = {customer}
YAML

key=$(firstfive open --test orders went apart | sed -n '1s/ .*//p')
set -- "$a#orders" "$b#orders" --base split-brain/base.csv --key id --policy split-brain/policy.yaml --incident "$key"
firstfive reconcile "$@" --output split-brain/plan && echo "A and B are equal." || [ $? -eq 1 ]
firstfive reconcile "$@" --output split-brain/plan --tickets --apply --yes || [ $? -eq 1 ]
echo "What is left for people: $(wc -l < split-brain/plan/review.jsonl) rows, in split-brain/plan/review.jsonl."

echo "They are few action items of $key. A person decides the first, and A is kept."
firstfive conflicts "$key" --item 1 --keep a
firstfive reconcile "$@" --output split-brain/decided --apply --yes || [ $? -eq 1 ]
echo "See what is left to decide: firstfive conflicts $key"
