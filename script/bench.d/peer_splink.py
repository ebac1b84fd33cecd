"""The overlaps that Splink finds: DuckDB, expectation maximisation, every field.

    peer_splink.py RECORDS.jsonl PAIRS.csv

Blocks on what an experienced user of Splink would: the title, pairs of structured fields, and every two of
its rarest words. All fields are compared: title, rare words of the text, technologies,
authority, year, money. The chances of agreement are estimated from the data; no label is read.
"""

import sys

from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as level
from splink import comparison_library as compare

LEAST_PROBABILITY = 0.05
# How many of a record's rarest words are compared, and of how many of them each two are a key.
TELLING, RAREST = 16, 7
# A key that more records share than this would compare too many of them.
MOST_SHARING = 30


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
        create table tokens as select distinct unique_id, unnest(words) as word from raw;
        create table rare as
        select unique_id, list(word order by records, word)[1:{TELLING}] as rare_words from tokens
        join (select word, count(*) as records from tokens group by word
              having records between 2 and greatest(20, (select count(*) from raw) / 50)) using (word)
        group by unique_id;
        create table keyed as
        select unique_id, one.word || ' ' || other.word as key
        from (select unique_id, unnest(rare_words[1:{RAREST}]) as word from rare) as one
        join (select unique_id, unnest(rare_words[1:{RAREST}]) as word from rare) as other using (unique_id)
        where one.word < other.word;
        create table keys as
        select unique_id, list(key) as keys from keyed
        join (select key from keyed group by key having count(*) between 2 and {MOST_SHARING}) using (key)
        group by unique_id;
        create table records as
        select raw.* exclude (words), coalesce(keys, []) as keys, coalesce(rare_words, []) as rare_words
        from raw left join rare using (unique_id) left join keys using (unique_id);
        drop table tokens; drop table rare; drop table keyed; drop table keys;
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
            compare.ArrayIntersectAtSizes("rare_words", [9, 6, 3]),
            compare.ArrayIntersectAtSizes("technologies", [2, 1]),
            compare.ExactMatch("authority"),
            near,
            compare.ExactMatch("budget"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("title"),
            block_on("authority", "budget"),
            block_on("first_technology", "last_technology", "year"),
            block_on("first_technology", "year", "budget"),
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
    training.estimate_u_using_random_sampling(max_pairs=5e5, seed=1)
    for rule in [block_on("title"), block_on("authority", "budget")]:
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
