//! English words that carry no subject.

/// Whether a folded word only holds a sentence together.
pub(crate) fn is_stopword(word: &str) -> bool {
    word.len() <= 10 && STOPWORDS.binary_search(&word).is_ok()
}

/// Function words of English (articles, pronouns, prepositions, auxiliaries, conjunctions and
/// common adverbs), folded and sorted.
const STOPWORDS: &[&str] = &[
    "a", "about", "above", "across", "after", "again", "against", "all", "almost", "along", "already",
    "also", "although", "always", "am", "among", "amongst", "an", "and", "another", "any", "anyone", "are",
    "around", "as", "at", "away", "back", "be", "became", "because", "become", "been", "before", "being",
    "below", "between", "both", "but", "by", "can", "cannot", "could", "did", "do", "does", "doing", "done",
    "dont", "down", "due", "during", "each", "either", "else", "etc", "even", "ever", "every", "few", "for",
    "from", "further", "get", "gets", "getting", "give", "given", "gives", "go", "goes", "going", "got",
    "had", "has", "have", "having", "he", "hence", "her", "here", "hers", "him", "his", "how", "however",
    "i", "if", "in", "inc", "into", "is", "it", "its", "itself", "just", "let", "lets", "like", "made",
    "make", "makes", "making", "many", "may", "me", "might", "more", "most", "much", "must", "my", "need",
    "never", "no", "nor", "not", "now", "of", "off", "often", "on", "once", "one", "ones", "only", "onto",
    "or", "other", "others", "our", "ours", "out", "over", "own", "per", "put", "rather", "same", "shall",
    "she", "should", "since", "so", "some", "such", "take", "taken", "takes", "than", "that", "the", "their",
    "theirs", "them", "then", "there", "thereby", "these", "they", "this", "those", "though", "through",
    "thus", "to", "together", "too", "toward", "towards", "two", "under", "until", "up", "upon", "us", "use",
    "used", "uses", "using", "very", "via", "was", "way", "we", "well", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whole", "whom", "whose", "why", "will", "with", "within", "without",
    "would", "yet", "you", "your", "yours",
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(super::STOPWORDS.is_sorted());
        assert!(super::is_stopword("the") && !super::is_stopword("bin"));
    }
}
