"""The overlaps that Splink finds: DuckDB, expectation maximisation, every field.

    peer_splink.py RECORDS.jsonl PAIRS.csv

Blocks on what an experienced user of Splink would: the title, pairs of structured fields, and the rarest pairs
of neighbouring words of the text. All fields are compared: title, rare words of the text, technologies,
authority, year, money. The chances of agreement are estimated from the data; no label is read.
"""

import sys

from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as level
from splink import comparison_library as compare

LEAST_PROBABILITY = 0.05
# A word pair that more records share than this is no key: it would compare too many of them.
MOST_SHARING = 30
KEYS = 6


def prepare(connection, path):
    """The records as a table, with keys for blocking and the words that tell."""
    connection.execute(
        f"""
        create table raw as
        select id as unique_id, title, authority, technologies, startYear as year, budgetGbp as budget,
               list_sort(technologies)[1] as first_technology, list_sort(technologies)[-1] as last_technology,
               regexp_extract_all(lower(title || ' ' || summary), '[a-z0-9]+') as words
        from read_json('{path}', format = 'newline_delimited', columns = {{id: 'varchar', title: 'varchar',
             summary: 'varchar', authority: 'varchar', technologies: 'varchar[]', startYear: 'integer',
             budgetGbp: 'bigint'}});
        create table pairs as
        select unique_id, words[n] || ' ' || words[n + 1] as pair
        from (select unique_id, words, unnest(range(1, len(words))) as n from raw);
        create table rare as
        select pair, count(distinct unique_id) as records from pairs group by pair
        having records between 2 and {MOST_SHARING};
        create table keys as
        select unique_id, list(pair order by records, pair)[1:{KEYS}] as keys, list(distinct pair) as telling
        from pairs join rare using (pair) group by unique_id;
        create table tokens as select distinct unique_id, unnest(words) as word from raw;
        create table words as
        select unique_id, list(word) as rare_words from tokens
        join (select word, count(*) as records from tokens group by word) using (word)
        where records <= (select count(*) from raw) / 50 group by unique_id;
        create table records as
        select raw.* exclude (words), coalesce(keys, []) as keys, coalesce(telling, []) as telling,
               coalesce(rare_words, []) as rare_words
        from raw left join keys using (unique_id) left join words using (unique_id);
        drop table pairs; drop table tokens; drop table rare;
        """
    )


def settings():
    """What is compared, and which pairs are."""
    near = compare.CustomComparison(
        output_column_name="year",
        comparison_levels=[
            level.NullLevel("year"),
            level.ExactMatchLevel("year"),
            level.CustomLevel("abs(year_l - year_r) = 1", "a year apart"),
            level.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("title", [0.95, 0.85, 0.75]),
            compare.ArrayIntersectAtSizes("telling", [6, 3, 1]),
            compare.ArrayIntersectAtSizes("rare_words", [14, 10, 7, 4]),
            compare.ArrayIntersectAtSizes("technologies", [2, 1]),
            compare.ExactMatch("authority"),
            near,
            compare.ExactMatch("budget"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("title"),
            block_on("authority", "budget"),
            block_on("first_technology", "last_technology", "year"),
            block_on("keys", arrays_to_explode=["keys"]),
        ],
    )


def main():
    records, out = sys.argv[1:3]
    database = DuckDBAPI()
    connection = database.duckdb_con
    prepare(connection, records)
    linker = Linker(database.register(connection.table("records").to_arrow_table()), settings(), log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("title", "authority")], recall=0.4)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in [block_on("title"), block_on("authority", "budget"), block_on("first_technology", "last_technology", "year")]:
        training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    found = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
    connection.execute(
        f"""
        copy (select unique_id_l as left_id, unique_id_r as right_id, match_weight as score
              from {found.physical_name} order by score desc) to '{out}' (header, delimiter ',')
        """
    )


if __name__ == "__main__":
    main()
