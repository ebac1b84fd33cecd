//! The names of 360Giving's columns in a table, which are titles, and its names in JSON, which are paths.

/// Titles of columns, each with the field's name.
const TITLES: [(&str, &str); 69] = [
    ("Identifier", "id"),
    ("Title", "title"),
    ("Description", "description"),
    ("Currency", "currency"),
    ("Amount Applied For", "amountAppliedFor"),
    ("Amount Awarded", "amountAwarded"),
    ("Amount Disbursed", "amountDisbursed"),
    ("Award Date", "awardDate"),
    ("URL", "url"),
    ("Planned Dates", "plannedDates"),
    ("Actual Dates", "actualDates"),
    ("Recipient Ind", "recipientIndividual"),
    ("To Individuals Details", "toIndividualsDetails"),
    ("Recipient Org", "recipientOrganization"),
    ("Beneficiary Location", "beneficiaryLocation"),
    ("Funding Org", "fundingOrganization"),
    ("Grant Programme", "grantProgramme"),
    ("From An Open Call?", "fromOpenCall"),
    ("Funding Type", "fundingType"),
    ("Classifications", "classifications"),
    ("Related Document", "relatedDocument"),
    ("Related Activity", "relatedActivity"),
    ("Last Modified", "dateModified"),
    ("Data Source", "dataSource"),
    ("For Regrant Type", "regrantType"),
    ("Location Scope", "locationScope"),
    ("Name", "name"),
    ("Department", "department"),
    ("Contact Name", "contactName"),
    ("Charity Number", "charityNumber"),
    ("Company Number", "companyNumber"),
    ("Street Address", "streetAddress"),
    ("City", "addressLocality"),
    ("County", "addressRegion"),
    ("Country", "addressCountry"),
    ("Postal Code", "postalCode"),
    ("Phone Number", "telephone"),
    ("Alternate Name", "alternateName"),
    ("Email", "email"),
    ("Organisation Type", "organisationType"),
    ("Web Address", "url"),
    ("Location", "location"),
    ("Country Code", "countryCode"),
    ("Latitude", "latitude"),
    ("Longitude", "longitude"),
    ("Geographic Code", "geoCode"),
    ("Geographic Code Type", "geoCodeType"),
    ("Vocabulary", "vocabulary"),
    ("Code", "code"),
    ("Start Date", "startDate"),
    ("End Date", "endDate"),
    ("Duration (months)", "duration"),
    ("Document Type", "documentType"),
    ("Transaction Date", "transactionDate"),
    ("Value", "value"),
    ("Value Date", "valueDate"),
    ("Provider", "provider"),
    ("Recipient", "recipient"),
    ("Application Transaction", "applicationTransaction"),
    ("Commitment Transaction", "commitmentTransaction"),
    ("Disbursement Transaction", "disbursementTransaction"),
    // Titles of earlier releases of the standard.
    ("Currency Code", "currency"),
    ("Amount Applied for", "amountAppliedFor"),
    ("Funding Organization", "fundingOrganization"),
    ("Funding Organisation", "fundingOrganization"),
    ("Recipient Organization", "recipientOrganization"),
    ("Recipient Organisation", "recipientOrganization"),
    ("From an open call?", "fromOpenCall"),
    ("Planned Date", "plannedDates"),
];

/// Fields that are lists of objects: without a number, a column speaks of the first.
const LISTS: [&str; 13] = [
    "plannedDates",
    "actualDates",
    "recipientOrganization",
    "fundingOrganization",
    "beneficiaryLocation",
    "grantProgramme",
    "fundingType",
    "classifications",
    "relatedDocument",
    "applicationTransaction",
    "commitmentTransaction",
    "disbursementTransaction",
    "location",
];

/// Fields that hold numbers.
pub(crate) const NUMBERS: [&str; 7] = [
    "amountAppliedFor",
    "amountAwarded",
    "amountDisbursed",
    "latitude",
    "longitude",
    "duration",
    "value",
];

fn field(segment: &str) -> Option<&'static str> {
    let wanted = segment.trim();
    let entry = TITLES
        .iter()
        .find(|(title, name)| title.eq_ignore_ascii_case(wanted) || *name == wanted)?;
    Some(entry.1)
}

/// The path that a column's title means: "Recipient Org:Name" is `recipientOrganization/0/name`.
pub(crate) fn path(title: &str) -> String {
    let mark = if title.contains(':') { ':' } else { '/' };
    let segments: Vec<&str> = title.split(mark).map(str::trim).collect();
    let mut path: Vec<&str> = Vec::new();
    let mut segments = segments.into_iter().peekable();
    while let Some(segment) = segments.next() {
        let name = field(segment).unwrap_or(segment);
        path.push(name);
        let numbered = segments
            .peek()
            .is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
        if LISTS.contains(&name) && segments.peek().is_some() && !numbered {
            path.push("0");
        }
    }
    path.join("/")
}

/// The title of a path as tables write it: the inverse of [`path`].
pub(crate) fn title_of(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        let title = TITLES
            .iter()
            .find(|(title, name)| *name == segment && !title.contains("Web"));
        title.map_or(segment, |(title, _)| title)
    });
    segments.collect::<Vec<_>>().join(":")
}

/// Whether a header is that of a table of grants: it names an identifier, an amount awarded, and who gave or got it.
pub(in super::super) fn is_grants(header: &[String]) -> bool {
    let paths: Vec<String> = header.iter().map(|name| path(name)).collect();
    let has = |wanted: &str| paths.iter().any(|path| path == wanted);
    has("id")
        && has("amountAwarded")
        && (has("fundingOrganization/0/name") || has("fundingOrganization/0/id"))
        && (has("recipientOrganization/0/name") || has("recipientOrganization/0/id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_paths_mean_the_same() {
        for (title, expected) in [
            ("Identifier", "id"),
            ("Recipient Org:Name", "recipientOrganization/0/name"),
            ("Recipient Org:1:Name", "recipientOrganization/1/name"),
            ("Planned Dates:Duration (months)", "plannedDates/0/duration"),
            (
                "recipientOrganization/0/location/0/name",
                "recipientOrganization/0/location/0/name",
            ),
            (
                "Recipient Org:Location:Geographic Code",
                "recipientOrganization/0/location/0/geoCode",
            ),
            ("Our own column", "Our own column"),
            ("tandem:phase", "tandem/phase"),
        ] {
            assert_eq!(path(title), expected);
            assert_eq!(path(&title_of(expected)), expected);
        }
    }
}
