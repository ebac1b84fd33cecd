#[test] fn starts() {}
