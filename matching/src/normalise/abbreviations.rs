//! Abbreviations of the field, written out.
//!
//! The long form is what other people's words can be compared with. Short forms that are words of
//! their own by now (`IoT`, GIS, CCTV, wifi) are left alone: the word vectors know them. The meanings
//! are those in general use in the glossaries of the Local Government Association, the NHS data
//! dictionary, GOV.UK guidance on planning, waste, highways and electric vehicles, and the
//! specifications of the bodies that own the technologies.

/// The words that an abbreviation stands for, if it is one. Both sides are folded. `acronym`
/// says that it was written in capitals, without which some are ordinary words.
pub(crate) fn expansion(word: &str, acronym: bool) -> Option<&'static str> {
    if !acronym && ORDINARY.contains(&word) {
        return None;
    }
    TABLE
        .binary_search_by_key(&word, |(short, _)| short)
        .ok()
        .and_then(|at| TABLE.get(at))
        .map(|(_, long)| *long)
}

/// Abbreviations that are words or other things when not in capitals.
const ORDINARY: &[&str] = &["ar", "ct", "ml", "revs", "sen", "send"];

const TABLE: &[(&str, &str)] = &[
    ("ai", "artificial intelligence"),
    ("anpr", "automatic number plate recognition"),
    ("aq", "air quality"),
    ("ar", "augmented reality"),
    ("asb", "antisocial behaviour"),
    ("asc", "adult social care"),
    ("b2b", "business to business"),
    ("bim", "building information modelling"),
    ("bms", "building management system"),
    ("bng", "biodiversity net gain"),
    ("bvlos", "beyond visual line of sight"),
    ("cav", "connected autonomous vehicle"),
    ("cavs", "connected autonomous vehicles"),
    ("crm", "customer relationship management"),
    ("ct", "council tax"),
    ("cyp", "children young people"),
    ("dfg", "disabled facilities grant"),
    ("dlt", "distributed ledger technology"),
    ("drt", "demand responsive transport"),
    ("dwp", "department work pensions"),
    ("ehcp", "education health care plan"),
    ("eia", "environmental impact assessment"),
    ("epc", "energy performance certificate"),
    ("ev", "electric vehicle"),
    ("evcp", "electric vehicle charge point"),
    ("evs", "electric vehicles"),
    ("foi", "freedom information"),
    ("fpn", "fixed penalty notice"),
    ("hgv", "heavy goods vehicle"),
    ("hgvs", "heavy goods vehicles"),
    ("hmo", "house multiple occupation"),
    ("hmos", "houses multiple occupation"),
    ("hwrc", "household waste recycling centre"),
    ("idv", "identity verification"),
    ("ivr", "interactive voice response"),
    ("kpi", "key performance indicator"),
    ("kpis", "key performance indicators"),
    ("llm", "large language model"),
    ("llms", "large language models"),
    ("lpwan", "low power wide area network"),
    ("maas", "mobility as a service"),
    ("mash", "multi agency safeguarding hub"),
    ("ml", "machine learning"),
    ("nbiot", "narrowband iot"),
    ("neet", "not in education employment training"),
    ("nlp", "natural language processing"),
    ("ocr", "optical character recognition"),
    ("oidc", "openid connect"),
    ("pcn", "penalty charge notice"),
    ("pcns", "penalty charge notices"),
    ("pv", "photovoltaic"),
    ("qr", "quick response code"),
    ("revs", "revenues"),
    ("rpa", "robotic process automation"),
    ("sen", "special educational needs"),
    ("send", "special educational needs"),
    ("sme", "small medium enterprise"),
    ("smes", "small medium enterprises"),
    ("sso", "single sign on"),
    ("stt", "speech to text"),
    ("suds", "sustainable drainage systems"),
    ("tro", "traffic regulation order"),
    ("tros", "traffic regulation orders"),
    ("uav", "unmanned aerial vehicle"),
    ("uavs", "unmanned aerial vehicles"),
    ("v2g", "vehicle to grid"),
    ("vcs", "voluntary community sector"),
    ("vcse", "voluntary community social enterprise"),
    ("vms", "variable message sign"),
    ("vr", "virtual reality"),
];

#[cfg(test)]
mod tests {
    use super::{TABLE, expansion};

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(TABLE.is_sorted_by_key(|(short, _)| *short));
        assert_eq!(expansion("ev", false), Some("electric vehicle"));
        assert_eq!(expansion("bins", true), None);
        assert_eq!(expansion("send", false), None);
    }
}
