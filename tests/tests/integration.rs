#[test]
fn starts() {}
